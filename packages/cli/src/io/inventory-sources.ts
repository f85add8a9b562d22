import { hostname } from "node:os";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { type InventoryDocument, inventoryFromTexts } from "@berth/core";
import { ToolError } from "../tool-error.ts";
import { UsageError } from "../usage-error.ts";
import { decodePrinted, readStream, readText } from "./read-text.ts";
import type { Program } from "./run.ts";
import { parseSshAddress, sshArgs } from "./ssh-address.ts";
import type { Terminal } from "./terminal.ts";

/** Above what the parser takes, so that it is the parser that says what is wrong. */
const MAX_INVENTORY_BYTES = 40_000_000;
const LOCAL_SECONDS = 60;
const SSH_SECONDS = 60;

/** What asking needs of a terminal: where to say what is no failure, and stdin for "-". */
export type Reporter = Pick<Terminal, "remark" | "stdin">;

type Source = Parameters<typeof inventoryFromTexts>[0][number];

export interface InventoryRequest {
  /** Files, "-", "local" or "ssh://host"; one host each. */
  readonly sources: readonly string[];
  /** What topo -m printed on the one host of `sources`. */
  readonly topology: string | undefined;
  /** Folder that paths are relative to. */
  readonly folder: string;
  /** False where nobody needs to know how the cards are linked. */
  readonly withLinks?: boolean;
  /** Ends what is asked early. */
  readonly signal?: AbortSignal;
}

/** What the hosts of these sources have. */
export async function readInventory(
  request: InventoryRequest,
  terminal: Reporter,
): Promise<InventoryDocument> {
  const { sources, topology, folder } = request;
  if (topology !== undefined && sources.length !== 1) {
    throw new UsageError(
      `--topology says how the cards of one host are linked, but there are ${sources.length} hosts; append each topo -m output to its host's file instead`,
    );
  }
  if (sources.filter((source) => source === "-").length > 1) {
    throw new UsageError("stdin (-) can be read once only");
  }
  // stdin or ssh: one after the other, so that what they say on stderr stays in order
  const read: Source[] = [];
  for (const source of sources) {
    read.push(await readSource(source, request, terminal));
  }
  const first = read[0];
  if (topology === undefined || first === undefined) {
    return inventoryFromTexts(read);
  }
  return inventoryFromTexts([
    { ...first, topology: { name: topology, text: await readFileAt(topology, folder) } },
  ]);
}

async function readSource(
  source: string,
  request: InventoryRequest,
  terminal: Reporter,
): Promise<Source> {
  if (source === "local") {
    return {
      ...(await ask(localProgram, { name: source, ...request }, terminal)),
      host: hostname(),
    };
  }
  if (source === "-") {
    return { name: "stdin", text: await readPrinted(terminal.stdin) };
  }
  if (source.startsWith("ssh:")) {
    const address = parseSshAddress(source);
    const program = (command: readonly string[]): Program => ({
      command: "ssh",
      args: sshArgs(address, command.join(" ")),
      what: source,
      timeoutSeconds: SSH_SECONDS,
    });
    return {
      ...(await ask(program, { name: source, ...request }, terminal)),
      host: address.host,
    };
  }
  return { name: source, text: await readFileAt(source, request.folder) };
}

function localProgram([command = "", ...args]: readonly string[]): Program {
  return { command, args, what: "local inventory", timeoutSeconds: LOCAL_SECONDS };
}

/** Cards, and then how they are linked; a driver that can't say the latter (Windows) is no failure. */
async function ask(
  program: (command: readonly string[]) => Program,
  {
    name,
    withLinks = true,
    signal,
  }: Pick<InventoryRequest, "withLinks" | "signal"> & { name: string },
  terminal: Reporter,
): Promise<Source> {
  const { runProgram } = await import("./run.ts");
  const text = await runProgram({ ...program(["nvidia-smi", "-q", "-x"]), signal });
  if (!withLinks) {
    return { name, text };
  }
  try {
    const topology = await runProgram({ ...program(["nvidia-smi", "topo", "-m"]), signal });
    return { name, text: `${text}\n${topology}` };
  } catch (error) {
    if (error instanceof ToolError) {
      terminal.remark(`how the cards are linked is not known: ${error.message}`);
      return { name, text };
    }
    throw error;
  }
}

function readPrinted(stream: Readable): Promise<string> {
  return readStream("stdin", stream, MAX_INVENTORY_BYTES, decodePrinted);
}

function readFileAt(path: string, folder: string): Promise<string> {
  return readText({
    path: resolve(folder, path),
    name: path,
    maxBytes: MAX_INVENTORY_BYTES,
    decode: decodePrinted,
  });
}
