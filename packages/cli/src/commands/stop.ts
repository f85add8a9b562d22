import { resolve } from "node:path";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { partNames, stopParts } from "../launch/cluster/stop-parts.ts";
import { keeperOf } from "../launch/keepers/registry.ts";
import { knownEngines } from "../launch/known-engines.ts";
import { readState, stateFolder, whileLocked, writeState } from "../launch/state-file.ts";
import type { StopDocument } from "../launch/status-document.ts";
import { UsageError } from "../usage-error.ts";

export const stop: Command = {
  meta: { name: "stop", description: "Stop what berth launch started, the newest first" },
  args: {
    engine: {
      type: "positional",
      required: false,
      description: "the engine to stop, as berth status names it; all unless said",
    },
    state: {
      type: "string",
      valueHint: "DIR",
      description: "the folder that berth launch was given",
    },
    json: JSON_FLAG,
  },
  examples: ["berth stop", "berth stop llama-3b"],
  run: runStop,
};

async function runStop(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const folder = resolve(terminal.cwd, flags.text("state") ?? stateFolder());
  const name = flags.text("engine");
  const parts = await partNames(folder);
  const here = await whileLocked(folder, () => stopIn(folder, name, { terminal, parts }));
  const there = await stopParts(folder, name, (sentence) => terminal.remark(sentence));
  const stopped = [...here, ...there];
  if (flags.isSet("json")) {
    const document: StopDocument = { schema: "berth/stop@1", stopped };
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else if (stopped.length === 0) {
    terminal.remark("nothing runs that berth started");
  }
  return EXIT.done;
}

/** Stops one engine or all, and clears away those that have ended; gives the names of those that it stopped. */
async function stopIn(
  folder: string,
  name: string | undefined,
  { terminal, parts }: { readonly terminal: Terminal; readonly parts: readonly string[] },
): Promise<readonly string[]> {
  const state = await readState(folder);
  const { live, ended } = await knownEngines(folder);
  const asked = live.filter((engine) => name === undefined || engine.name === name).toReversed();
  if (name !== undefined && asked.length === 0 && !parts.includes(name)) {
    const names = [...live.map((one) => one.name), ...parts];
    const known = names.length === 0 ? "none runs" : `these run: ${names.join(", ")}`;
    throw new UsageError(`no engine ${name} runs that berth started; ${known}`);
  }
  let rest = [...live, ...ended];
  for (const engine of [...asked, ...ended]) {
    if (asked.includes(engine)) {
      terminal.remark(`stopping ${engine.name}`);
    }
    rest = rest.filter((one) => one !== engine);
    await keeperOf(engine).stop(engine, rest);
  }
  if (state !== undefined) {
    await writeState(folder, { ...state, engines: rest });
  }
  return asked.map((engine) => engine.name);
}
