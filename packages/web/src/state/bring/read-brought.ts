import { HEADER_ENDING } from "@berth/core/files";
import { BRING_TEXT } from "../../text/bring-en.ts";
import type { PlannerClient } from "../../worker/planner-client.ts";
import { decoded } from "../decoded.ts";
import { problemOf } from "../problem-of.ts";
import { type BroughtKind, kindOf } from "./kind-of.ts";
import { readTrace } from "./read-trace.ts";

/** A file as it was dropped or chosen; the path holds the folders that were dropped with it. */
export interface Brought {
  readonly path: string;
  readonly blob: Blob;
}

/** What a file turned out to be. A header stands for its file, whose path this is without the ending. */
export interface BroughtFile {
  readonly kind: BroughtKind;
  readonly path: string;
  readonly text: string;
}

export type ReadFile = BroughtFile | { readonly problem: string };

/** Largest text read, in bytes: the index of Kimi K3 has 60 MB; a plan of 4,000 cards 50 MB. */
const MOST_BYTES = 200_000_000;
const MOST_TEXT = "200 MB";

/** Enough to tell weights from texts. */
const FIRST_BYTES = 64;

/** The byte at which a safetensors header begins, after its length: a brace. */
const HEADER_AT = 8;
const BRACE = 0x7b;

const LFS_POINTER = "version https://git-lfs";

/** What the files are. Of files with weights only the header is read, by a worker; of others the text. */
export async function readBrought(
  files: readonly Brought[],
  worker: PlannerClient,
): Promise<readonly ReadFile[]> {
  return Promise.all(files.map((file) => readOne(file, worker)));
}

async function readOne(file: Brought, worker: PlannerClient): Promise<ReadFile> {
  const { path, blob } = file;
  try {
    const first = new Uint8Array(await blob.slice(0, FIRST_BYTES).arrayBuffer());
    if (new TextDecoder().decode(first).startsWith(LFS_POINTER)) {
      return { problem: BRING_TEXT.pointer(path) };
    }
    if (isWeights(path, first)) {
      return await readWeights(file, worker);
    }
    if (blob.size > MOST_BYTES) {
      return { problem: BRING_TEXT.tooLarge(path, MOST_TEXT) };
    }
    const read = textFile(path, decoded(new Uint8Array(await blob.arrayBuffer())));
    if (!("kind" in read) || read.kind !== "trace") {
      return read;
    }
    const trace = await readTrace(worker, path, blob);
    return "problem" in trace ? trace : read;
  } catch (error) {
    return { problem: BRING_TEXT.unreadable(path, problemOf(error).message) };
  }
}

async function readWeights({ path, blob }: Brought, worker: PlannerClient): Promise<ReadFile> {
  const [answer] = await worker.ask("headers", [{ name: path, blob }]);
  if (answer === undefined || "problem" in answer) {
    return { problem: answer?.problem ?? BRING_TEXT.unknown(path) };
  }
  return { kind: "header", path, text: answer.text };
}

function isWeights(path: string, first: Uint8Array): boolean {
  const isGguf = new TextDecoder("latin1").decode(first).startsWith("GGUF");
  const isTensors = first[HEADER_AT] === BRACE && first[0] !== BRACE && first.includes(0);
  return isGguf || isTensors || /\.(?:gguf|safetensors|engine)$/i.test(path);
}

function textFile(path: string, text: string): ReadFile {
  const kind = kindOf({ name: path, text });
  if (kind === undefined) {
    return { problem: BRING_TEXT.unknown(path) };
  }
  return kind === "header"
    ? { kind, path: path.slice(0, -HEADER_ENDING.length), text }
    : { kind, path, text };
}
