import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  PlanRequest,
  RenderRequest,
  SaveRequest,
  VerifyRequest,
} from "../../packages/cli/src/serve/api.ts";
import { randomFleet } from "../bench/random-fleet.ts";
import {
  INVENTORY_FLEET,
  ONE_MODEL_FLEET,
  TINY_CONFIG,
  TOO_LARGE_FLEET,
  TWO_4090,
} from "../cli/fixtures.ts";
import { berth, folderWith } from "../cli/run-berth.ts";
import { PAGE, type Served, serveFolder } from "../support/served.ts";

const errorOf = (body: string): { code: string; message: string } => JSON.parse(body).error;
/** Seconds differ from run to run; every other byte must not. */
const settled = (text: string): string =>
  text.replace(/"solveSeconds": [\d.e-]+/, '"solveSeconds": 0');

/** 70 B parameters in bf16 on one card. */
const TOO_LARGE = `hosts:
  - { name: box1, gpus: [{ gpu: rtx-4090 }] }
models:
  - { name: huge, model: meta-llama/Llama-3.1-70B, maxSeqLen: 4096, tp: 1, quantization: bf16 }
`;

/** Replicas follow from a trace beside the fleet file: 400 requests, the last after 99.75 seconds. */
const TRACED_FLEET = `hosts:
  - { name: box1, gpus: [{ gpu: rtx-4090, count: 2 }] }
models:
  - name: chat
    model: meta-llama/Llama-3.2-1B
    maxSeqLen: 4096
    workload: { trace: traces/may.csv }
`;
const TRACE = Array.from({ length: 400 }, (_, i) => `${i / 4},800,200\n`).join("");

const LOG = `[TRT-LLM] [I] Memory used after loading model weights (inside torch) in memory usage profiling: 2.30 GiB
[TensorRT-LLM][INFO] [MemUsageChange] Allocated 0.50 GiB for max tokens in paged KV cache (16384).
`;

const FAKE_SMI = `#!/bin/sh
echo x >> "$SMI_CALLS"
case "$*" in
  "-q -x") test -e "$SMI_BROKEN" && { echo "Unable to determine the device handle" >&2; exit 9; }; cat "$SMI_OUTPUT" ;;
  *) exit 1 ;;
esac
`;

let served: Served;
let folder: string;
let work: string;
let env: Readonly<Record<string, string>>;
let plan: string;

beforeAll(async () => {
  folder = folderWith({
    ...PAGE,
    "bin/nvidia-smi": FAKE_SMI,
    "bin/ssh": '#!/bin/sh\ntouch "$SSH_CALLED"\nexit 1\n',
    "box.csv": TWO_4090,
    "outside/config.json": TINY_CONFIG,
    "outside/box1.csv": TWO_4090,
    "work/fleet.yaml": ONE_MODEL_FLEET,
    "work/inventory.yaml": INVENTORY_FLEET,
    "work/box1.csv": TWO_4090,
    "work/tiny/config.json": TINY_CONFIG,
    "work/traced.yaml": TRACED_FLEET,
    "work/traces/may.csv": TRACE,
    "work/broken.csv": "1,2,3\nyesterday,2,3\n",
    "work/traces/.hidden.csv": TRACE,
    "outside/may.csv": TRACE,
  });
  work = join(folder, "work");
  symlinkSync(join(folder, "outside"), join(work, "link"));
  mkdirSync(join(work, "sly"));
  symlinkSync(join(folder, "outside/config.json"), join(work, "sly/config.json"));
  symlinkSync(join(folder, "outside/may.csv"), join(work, "sly.csv"));
  execFileSync("mkfifo", [join(work, "pipe.csv")]);
  env = {
    PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
    SMI_CALLS: join(folder, "calls"),
    SMI_BROKEN: join(folder, "broken"),
    SMI_OUTPUT: join(folder, "box.csv"),
    SSH_CALLED: join(folder, "ssh-called"),
    HF_HUB_OFFLINE: "1",
  };
  served = await serveFolder(folder, { env });
  plan = (await berth(["plan", "fleet.yaml", "--json"], { cwd: work })).stdout;
});

afterAll(async () => {
  expect(await served.close()).toBe("");
});

describe("POST /api/plan", () => {
  test("a plan has the bytes of the command line's", async () => {
    const { status, headers, body } = await served.send("/api/plan", { fleet: ONE_MODEL_FLEET });
    expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
    expect(settled(body)).toBe(settled(plan));
  });

  test("as the command line's with the live inventory", async () => {
    const args = ["plan", "inventory.yaml", "--inventory", "local", "--json"];
    const run = await berth(args, { cwd: work, env });
    const asked: PlanRequest = { fleet: INVENTORY_FLEET, inventory: "live" };
    const { body } = await served.send("/api/plan", asked);
    expect(settled(body)).toBe(settled(run.stdout));
    expect(JSON.parse(body).gpus[0].host).toBe(hostname());
  });

  test("without another, with the fleet's own inventory", async () => {
    const { body } = await served.send("/api/plan", { fleet: INVENTORY_FLEET });
    expect(JSON.parse(body).gpus[0].host).toBe("box1");
  });

  test("as the command line's with an inventory document, with what is asked of the search", async () => {
    const args = ["--inventory", "box1.csv", "--seed", "3", "--nodes", "100"];
    const run = await berth(["plan", "fleet.yaml", ...args, "--json"], { cwd: work });
    const inventory = JSON.parse(
      (await berth(["inventory", "box1.csv", "--json"], { cwd: work })).stdout,
    );
    const asked = { fleet: ONE_MODEL_FLEET, inventory, seed: 3, nodes: 100 };
    const { body } = await served.send("/api/plan", asked);
    expect(settled(body)).toBe(settled(run.stdout));
    expect(JSON.parse(body).gpus).toHaveLength(2);
  });

  test("what does not fit is an answer, with reasons and remedies", async () => {
    const { status, body } = await served.send("/api/plan", { fleet: TOO_LARGE });
    expect([status, JSON.parse(body).status]).toEqual([200, "infeasible"]);
  });

  test("a model of the folder is read", async () => {
    const fleet = ONE_MODEL_FLEET.replace("meta-llama/Llama-3.2-1B", "./tiny");
    const { status, body } = await served.send("/api/plan", { fleet });
    expect([status, JSON.parse(body).status]).toEqual([200, "optimal"]);
  });

  test("replicas that follow from a trace are those of the command line", async () => {
    const run = await berth(["plan", "traced.yaml", "--json"], { cwd: work });
    const { status, body } = await served.send("/api/plan", { fleet: TRACED_FLEET });
    expect([status, settled(body)]).toEqual([200, settled(run.stdout)]);
    expect(JSON.parse(body).sizing[0].trace).toEqual({
      file: "traces/may.csv",
      busiestSeconds: 99.75,
    });
  });

  const withTrace = (name: string): string => TRACED_FLEET.replace("traces/may.csv", name);
  const withModel = (model: string): string =>
    ONE_MODEL_FLEET.replace("meta-llama/Llama-3.2-1B", model);
  test.each([
    { body: { fleet: "models: [" }, says: /^fleet\.yaml: / },
    { body: {}, says: /^request: fleet: is missing; expected a text$/ },
    { body: { fleet: 1 }, says: /^request: fleet: expected a text, got 1$/ },
    { body: { fleet: "", shell: "x" }, says: /^request: unrecognized key: "shell"/ },
    {
      body: { fleet: ONE_MODEL_FLEET, inventory: { schema: "berth/inventory@1" } },
      says: /^inventory: hosts: is missing; expected a list$/,
    },
    {
      body: { fleet: withModel("../outside/config.json") },
      says: /models\[0\]\.model: .*leads out of the folder/,
    },
    { body: { fleet: withModel("link/config.json") }, says: /leads out of the folder/ },
    { body: { fleet: withModel("./sly") }, says: /sly\/config\.json: leads out of the folder/ },
    { body: { fleet: withModel("/etc/hostname") }, says: /leads out of the folder/ },
    { body: { fleet: withModel("http://127.0.0.1:1/x.gguf") }, says: /reads no URLs/ },
    {
      body: { fleet: INVENTORY_FLEET.replace("box1.csv", "../outside/box1.csv") },
      says: /leads out of the folder/,
    },
    {
      body: { fleet: INVENTORY_FLEET.replace("box1.csv", "link/box1.csv") },
      says: /leads out of the folder/,
    },
    { body: { fleet: withTrace("../outside/may.csv") }, says: /leads out of the folder/ },
    { body: { fleet: withTrace("link/may.csv") }, says: /leads out of the folder/ },
    { body: { fleet: withTrace("sly.csv") }, says: /sly\.csv: leads out of the folder/ },
    { body: { fleet: withTrace("/etc/hostname") }, says: /leads out of the folder/ },
    { body: { fleet: withTrace("traces/.hidden.csv") }, says: /is hidden/ },
    { body: { fleet: withTrace("traces") }, says: /^traces: no such file$/ },
    { body: { fleet: withTrace("pipe.csv") }, says: /^pipe\.csv: no such file$/ },
    { body: { fleet: withTrace("june.csv") }, says: /^june\.csv: no such file$/ },
    { body: { fleet: withTrace("broken.csv") }, says: /^broken\.csv: line 2: expected a time/ },
    { body: { fleet: INVENTORY_FLEET.replace("box1.csv", "'-'") }, says: /no stdin/ },
    {
      body: { fleet: INVENTORY_FLEET.replace("box1.csv", "ssh://box9") },
      says: /started with \(--inventory ssh:\/\/box9\)/,
    },
    {
      body: {
        fleet: INVENTORY_FLEET.replace("box1.csv", "box1.csv\ntopology: ../outside/box1.csv"),
      },
      says: /leads out of the folder/,
    },
  ])("$body is refused in one sentence", async ({ body, says }) => {
    const answer = await served.send("/api/plan", body);
    const { code, message } = errorOf(answer.body);
    expect([answer.status, code]).toEqual([422, "input"]);
    expect(message).toMatch(says);
    expect(existsSync(env["SSH_CALLED"] ?? "")).toBe(false);
  });

  test("no JSON is refused", async () => {
    const headers = { "content-type": "application/json" };
    const { status, body } = await served.ask("/api/plan", { method: "POST", headers, body: "{" });
    expect([status, errorOf(body).message]).toEqual([
      422,
      expect.stringMatching(/^request: expected JSON/),
    ]);
  });

  test("a long search ends when nobody waits for it, and the server answers meanwhile", async () => {
    // minutes of work for each of six, which the test's own time limit would not wait for
    const fleet = JSON.stringify(randomFleet({ cards: 48, models: 20, seed: 1 }));
    const body = JSON.stringify({ fleet, nodes: 1_000_000_000 });
    let answered = 0;
    const searches = Array.from({ length: 6 }, () => {
      const sent = request({
        host: "127.0.0.1",
        port: served.port,
        path: "/api/plan",
        method: "POST",
        headers: { authorization: `Bearer ${served.token}`, "content-type": "application/json" },
      });
      sent.on("response", () => {
        answered += 1;
      });
      sent.on("error", () => undefined);
      sent.end(body);
      return sent;
    });
    // they have begun, but on the slowest of machines
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await served.ask("/api/session")).status).toBe(200);
    for (const one of searches) {
      one.destroy();
    }
    const { status } = await served.send("/api/plan", { fleet: ONE_MODEL_FLEET });
    expect({ status, answered }).toEqual({ status: 200, answered: 0 });
  });
});

describe("POST /api/render", () => {
  test("the files are those of the command line", async () => {
    writeFileSync(join(work, "plan.json"), plan);
    const args = [
      "--target",
      "trtllm-serve",
      "--router",
      "haproxy",
      "--alias",
      "gpt=chat",
      "--first-port",
      "9000",
    ];
    await berth(["render", "plan.json", ...args, "--out", "out"], { cwd: work });
    const asked: RenderRequest = {
      plan: JSON.parse(plan),
      target: "trtllm-serve",
      router: { id: "haproxy", aliases: [{ name: "gpt", model: "chat" }] },
      options: { firstPort: 9000 },
    };
    const { status, body } = await served.send("/api/render", asked);
    expect(status).toBe(200);
    const { targets, files } = JSON.parse(body);
    expect(targets).toEqual(["trtllm-serve"]);
    expect(files.length).toBeGreaterThan(3);
    for (const { path, text, executable } of files) {
      expect(readFileSync(join(work, "out", path), "utf8"), path).toBe(text);
      expect((statSync(join(work, "out", path)).mode & 0o100) > 0, path).toBe(executable);
    }
  });

  test.each([
    { change: { target: "nowhere" }, code: "input", says: /^--target: expected / },
    { change: { router: { id: "x" } }, code: "input", says: /^--router: expected / },
    {
      change: { options: { modelsFolder: "x" } },
      code: "input",
      says: /^--models-folder: expected an absolute path/,
    },
    {
      change: { options: { firstPort: 70_000 } },
      code: "input",
      says: /^--first-port: expected at most/,
    },
    {
      change: { options: { kubernetes: { cards: "dra" } } },
      code: "input",
      says: /^--kube-cards: expected --target kubernetes/,
    },
    { change: { plan: {} }, code: "input", says: /^plan: schema: is missing/ },
    { change: { target: "vllm" }, code: "refused", says: /^not rendered: vllm: / },
  ])("$change: $code", async ({ change, code, says }) => {
    const answer = await served.send("/api/render", { plan: JSON.parse(plan), ...change });
    expect([answer.status, errorOf(answer.body).code]).toEqual([422, code]);
    expect(errorOf(answer.body).message).toMatch(says);
  });
});

describe("POST /api/verify", () => {
  test("is what the command line says", async () => {
    writeFileSync(join(work, "plan.json"), plan);
    const run = await berth(["verify", "plan.json", "--json"], { cwd: work, env });
    const { status, body } = await served.send("/api/verify", { plan: JSON.parse(plan) });
    expect([status, body]).toEqual([200, run.stdout]);
  });

  test("a log of the folder is read, and none outside", async () => {
    writeFileSync(join(work, "chat.log"), LOG);
    const logs = ["chat=chat.log"];
    const own = await served.send("/api/verify", { plan: JSON.parse(plan), logs });
    expect(JSON.parse(own.body)).toMatchObject({ schema: "berth/verify@1", holds: true });
    expect(own.body).toContain("chat.log");
    const foreign: VerifyRequest = { plan: JSON.parse(plan), logs: ["chat=../outside/box1.csv"] };
    const refused = await served.send("/api/verify", foreign);
    expect(errorOf(refused.body).message).toMatch(/leads out of the folder/);
  });

  test("a silent nvidia-smi is a tool's failure, in its own words", async () => {
    writeFileSync(join(folder, "broken"), "");
    const { status, body } = await served.send("/api/verify", { plan: JSON.parse(plan) });
    execFileSync("rm", [join(folder, "broken")]);
    expect([status, errorOf(body).code]).toEqual([502, "tool"]);
    expect(errorOf(body).message).toMatch(
      /local inventory: nvidia-smi exited with 9: Unable to determine/,
    );
  });
});

describe("PUT /api/fleet", () => {
  const current = async (): Promise<{ text: string; etag: string }> =>
    JSON.parse((await served.ask("/api/session")).body).fleetFile;
  const put = (body: SaveRequest, headers: Readonly<Record<string, string>>) =>
    served.send("/api/fleet", body, { method: "PUT", headers });
  const onDisk = (): string => readFileSync(join(work, "fleet.yaml"), "utf8");

  test("a save replaces the file, keeps its mode and leaves nothing beside it", async () => {
    execFileSync("chmod", ["640", join(work, "fleet.yaml")]);
    const { etag } = await current();
    const text = `# mine\n${ONE_MODEL_FLEET}`;
    const { status, body } = await put({ text }, { "if-match": etag });
    expect(status).toBe(200);
    expect(onDisk()).toBe(text);
    expect(statSync(join(work, "fleet.yaml")).mode & 0o777).toBe(0o640);
    expect(JSON.parse(body).etag).toBe((await current()).etag);
    expect(readdirSync(work).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("what changed on disk meanwhile is not overwritten", async () => {
    const { etag } = await current();
    writeFileSync(join(work, "fleet.yaml"), `# an editor's\n${ONE_MODEL_FLEET}`);
    const { status, body } = await put({ text: ONE_MODEL_FLEET }, { "if-match": etag });
    expect([status, errorOf(body).code]).toEqual([412, "changed"]);
    expect(onDisk()).toMatch(/^# an editor's/);
  });

  test("of two that read the same file, one saves", async () => {
    const { etag } = await current();
    const texts = ["# a\n", "# b\n"].map((line) => line + ONE_MODEL_FLEET);
    const answers = await Promise.all(texts.map((text) => put({ text }, { "if-match": etag })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(onDisk()).toBe(texts[answers.findIndex(({ status }) => status === 200)]);
  });

  test("what is no fleet is saved as a draft only", async () => {
    const { etag, text: before } = await current();
    const refused = await put({ text: "models: 1" }, { "if-match": etag });
    expect([refused.status, errorOf(refused.body).code]).toEqual([422, "input"]);
    expect(onDisk()).toBe(before);
    const draft = await put({ text: "models: 1", draft: true }, { "if-match": etag });
    expect([draft.status, onDisk()]).toEqual([200, "models: 1"]);
    const next = await current();
    await put({ text: ONE_MODEL_FLEET }, { "if-match": next.etag });
  });

  test.each([
    { why: "nothing said of the file that is there", headers: {}, status: 428 },
    { why: "any file", headers: { "if-match": "*" }, status: 412 },
    { why: "a new file where there is one", headers: { "if-none-match": "*" }, status: 412 },
  ])("$why: $status", async ({ headers, status }) => {
    const before = onDisk();
    expect((await put({ text: `# x\n${ONE_MODEL_FLEET}` }, headers)).status).toBe(status);
    expect(onDisk()).toBe(before);
  });
});

describe("where no fleet file is there", () => {
  test("the first save makes one, and a second does not take its place", async () => {
    const empty = folderWith({ ...PAGE, "work/x.json": "{}" });
    const server = await serveFolder(empty);
    try {
      const session = JSON.parse((await server.ask("/api/session")).body);
      expect([session.fleetFile, session.saveAs]).toEqual([undefined, "fleet.yaml"]);
      const asked = { method: "PUT", headers: { "if-none-match": "*" } };
      const first = await server.send("/api/fleet", { text: ONE_MODEL_FLEET }, asked);
      const second = await server.send("/api/fleet", { text: TOO_LARGE_FLEET }, asked);
      expect([first.status, second.status]).toEqual([200, 412]);
      expect(readFileSync(join(empty, "work/fleet.yaml"), "utf8")).toBe(ONE_MODEL_FLEET);
    } finally {
      await server.close();
    }
  });
});

describe("GET /api/inventory", () => {
  /** The first events of a listener, and what stops it. */
  function listen(onEvent: (event: string, data: unknown) => void): () => void {
    const sent = request({
      host: "127.0.0.1",
      port: served.port,
      path: "/api/inventory",
      agent: false,
      headers: { authorization: `Bearer ${served.token}` },
    });
    sent.on("error", () => undefined);
    sent.on("response", (response) => {
      let text = "";
      response.on("error", () => undefined);
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) {
          const [, event = "", data = "null"] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
          onEvent(event, JSON.parse(data));
        }
      });
    });
    sent.end();
    return () => void sent.destroy();
  }
  const calls = (): number => readFileSync(join(folder, "calls"), "utf8").length;
  const wait = (milliseconds: number) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));
  /** The test's own time limit ends what never comes. */
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) {
      await wait(25);
    }
  };
  /** Six times as long as from one look at the machine to the next: one more listener would make it never end. */
  const nobodyLooks = async (): Promise<void> => {
    let before = Number.NaN;
    while (calls() !== before) {
      before = calls();
      await wait(300);
    }
  };

  test("inventories come again and again, say when nvidia-smi fails, and end with the last listener", async () => {
    const events: { event: string; data: unknown }[] = [];
    const stop = listen((event, data) => void events.push({ event, data }));
    await until(() => events.length >= 2);
    expect(events[0]).toMatchObject({
      event: "inventory",
      data: { schema: "berth/inventory@1", hosts: [{ gpus: [{ catalogId: "rtx-4090" }, {}] }] },
    });
    writeFileSync(join(folder, "broken"), "");
    await until(() => events.at(-1)?.event === "problem");
    expect(events.at(-1)?.data).toMatchObject({
      error: { code: "tool", message: expect.stringMatching(/nvidia-smi exited with 9/) },
    });
    execFileSync("rm", [join(folder, "broken")]);
    await until(() => events.at(-1)?.event === "inventory");
    stop();
    await nobodyLooks();
  });

  test("who asks for the head of events, or goes at once, is no listener", async () => {
    expect((await served.ask("/api/inventory", { method: "HEAD" })).status).toBe(404);
    for (let i = 0; i < 8; i += 1) {
      listen(() => undefined)();
    }
    const socket = connect(served.port, "127.0.0.1", () => {
      socket.end(
        `GET /api/inventory HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${served.token}\r\n\r\n`,
        () => socket.destroy(),
      );
    });
    await nobodyLooks();
  });

  test("many listeners are one look at the machine", async () => {
    const heard = [0, 0, 0];
    const before = calls();
    const stops = heard.map((_, i) =>
      listen(() => {
        heard[i] = (heard[i] ?? 0) + 1;
      }),
    );
    await until(() => heard.every((count) => count >= 3));
    const looks = (calls() - before) / "x\nx\n".length;
    for (const stop of stops) {
      stop();
    }
    expect(looks).toBeLessThanOrEqual(Math.max(...heard) + 1);
  });
});
