import type { InventoryDocument, PlanDocument } from "@berth/core";
import type { VerifyDocument } from "@berth/core/verify";
import { decoded } from "./decoded.ts";
import type { WorkspaceFile } from "./workspace.ts";

/** What `berth serve` says of itself; docs/serve.md describes each answer. */
export interface ServedSession {
  readonly folder: string;
  readonly fleetFile?: { readonly name: string; readonly text: string; readonly etag: string };
  readonly saveAs?: string;
  readonly inventorySources: readonly string[];
  /** The plan that it was given. */
  readonly planFile?: { readonly name: string; readonly text: string };
}

/** `berth serve` behind the page. All of it rejects with an Error whose message is one sentence for a person. */
export interface ServedApi {
  readonly session: () => Promise<ServedSession>;
  /** A text file of the folder. */
  readonly file: (name: string) => Promise<string>;
  /** Saves the fleet file, if it still is what `etag` was read from; undefined makes a new one. Gives its new etag. */
  readonly save: (text: string, etag: string | undefined) => Promise<string>;
  /** What a plan needs of a model's files: texts, and headers of weights. With `hub`, the Hub is asked where the folder has none. */
  readonly modelFiles: (model: string, hub: boolean) => Promise<readonly WorkspaceFile[]>;
  readonly verify: (plan: PlanDocument) => Promise<VerifyDocument>;
  /** What the machines have, every few seconds, until the signal says stop. */
  readonly watch: (listener: InventoryListener, signal: AbortSignal) => Promise<void>;
}

export interface InventoryListener {
  readonly onInventory: (inventory: InventoryDocument) => void;
  readonly onProblem: (message: string) => void;
}

export function createServedApi(token: string, ask: typeof fetch = fetch): ServedApi {
  const headers = { authorization: `Bearer ${token}` };
  async function answer(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await ask(`api/${path}`, {
      ...init,
      headers: { ...headers, ...init.headers },
    });
    if (!response.ok) {
      throw new Error(await messageOf(response));
    }
    return response;
  }
  const json = { "content-type": "application/json" };
  return {
    session: async () => (await answer("session")).json() as Promise<ServedSession>,
    file: async (name) => {
      const found = await answer(`files/${name.split("/").map(encodeURIComponent).join("/")}`);
      return decoded(new Uint8Array(await found.arrayBuffer()));
    },
    save: async (text, etag) => {
      const condition = etag === undefined ? { "if-none-match": "*" } : { "if-match": etag };
      const saved = await answer("fleet", {
        method: "PUT",
        headers: { ...json, ...condition },
        body: JSON.stringify({ text }),
      });
      return ((await saved.json()) as { readonly etag: string }).etag;
    },
    modelFiles: async (model, hub) => {
      const body = JSON.stringify({ model, hub });
      const found = await answer("model", { method: "POST", headers: json, body });
      return ((await found.json()) as { readonly files: readonly WorkspaceFile[] }).files;
    },
    verify: async (plan) =>
      (
        await answer("verify", { method: "POST", headers: json, body: JSON.stringify({ plan }) })
      ).json() as Promise<VerifyDocument>,
    watch: async (listener, signal) => {
      const { body } = await answer("inventory", { signal });
      if (body !== null) {
        await readEvents(body, listener);
      }
    },
  };
}

async function messageOf(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { readonly error: { readonly message: string } };
    return error.message;
  } catch {
    return `berth serve answered ${response.status}`;
  }
}

/** Server-sent events: blocks with an empty line between, each with its name and its data. */
async function readEvents(
  body: ReadableStream<Uint8Array>,
  { onInventory, onProblem }: InventoryListener,
): Promise<void> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let waiting = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const blocks = (waiting + read.value).split("\n\n");
    waiting = blocks.pop() ?? "";
    for (const block of blocks) {
      const { event, data } = eventOf(block);
      if (event === "inventory") {
        onInventory(JSON.parse(data) as InventoryDocument);
      } else if (event === "problem") {
        onProblem((JSON.parse(data) as { error: { message: string } }).error.message);
      }
    }
  }
}

function eventOf(block: string): { readonly event: string; readonly data: string } {
  const lines = block.split("\n");
  const after = (key: string) =>
    lines.filter((line) => line.startsWith(key)).map((line) => line.slice(key.length).trim());
  return { event: after("event:")[0] ?? "", data: after("data:").join("\n") };
}
