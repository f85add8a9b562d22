import { engineIds, gpuIds, modelIds, shown } from "@berth/core";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type CatalogKind, catalogDocument } from "./catalog-document.ts";

export const catalog: Command = {
  meta: { name: "catalog", description: "The GPUs, models and engines that are known" },
  args: {
    kind: {
      type: "positional",
      required: false,
      description: "gpus, models or engines; all three by default",
    },
    json: JSON_FLAG,
  },
  examples: ["berth catalog gpus", "berth catalog models --json"],
  run: runCatalog,
};

async function runCatalog(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const kinds = kindsOf(flags.text("kind"));
  const document = catalogDocument(kinds);
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const { printCatalog } = await import("../print/catalog.ts");
    await terminal.print(printCatalog(document, terminal));
  }
  return EXIT.done;
}

const KINDS: readonly CatalogKind[] = ["gpus", "models", "engines"];

function kindsOf(text: string | undefined): readonly CatalogKind[] {
  if (text === undefined) {
    return KINDS;
  }
  const kind = KINDS.find((candidate) => candidate === text);
  if (kind !== undefined) {
    return [kind];
  }
  const isId = [...gpuIds(), ...modelIds(), ...engineIds()].includes(text);
  const hint = isId ? "; it lists whole kinds only" : "";
  throw new UsageError(`expected gpus, models or engines, got ${shown(text)}${hint}`);
}
