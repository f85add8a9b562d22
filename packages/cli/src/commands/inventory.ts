import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readInventory } from "../io/inventory-sources.ts";
import type { Terminal } from "../io/terminal.ts";

export const inventory: Command = {
  meta: {
    name: "inventory",
    description: "What the hosts have, from what nvidia-smi prints",
  },
  args: {
    source: {
      type: "positional",
      required: false,
      description:
        "local (default), ssh://host, - or a file with any output of nvidia-smi; one host each",
    },
    topology: {
      type: "string",
      valueHint: "FILE",
      description: "what nvidia-smi topo -m printed on the same host",
    },
    json: JSON_FLAG,
  },
  repeatable: ["source"],
  examples: [
    "berth inventory",
    "berth inventory ssh://box1 ssh://admin@box2:2222 --json",
    "nvidia-smi -q -x | berth inventory -",
  ],
  run: runInventory,
};

async function runInventory(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const given = flags.texts("source");
  const document = await readInventory(
    {
      sources: given.length === 0 ? ["local"] : given,
      topology: flags.text("topology"),
      folder: terminal.cwd,
    },
    terminal,
  );
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const { printInventory } = await import("../print/inventory.ts");
    await terminal.print(printInventory(document, terminal));
  }
  return EXIT.done;
}
