import { ggufParts, ggufSplit, HEADER_ENDING } from "@berth/core/files";
import { BRING_TEXT } from "../../text/bring-en.ts";
import type { IsKnown } from "../catalog-ids.ts";
import { addModel } from "../fleet-edits.ts";
import { groupsOf } from "../groups-of.ts";
import { filesNamed } from "../model-files.ts";
import { parseFleet } from "../parse-fleet.ts";
import { type Workspace, withFile } from "../workspace.ts";
import { baseOf, folderOf, inFolder } from "./base-of.ts";
import { newFolder, waitingFolder, wantedFolder } from "./folder-for.ts";
import type { BroughtFile } from "./read-brought.ts";

/** A workspace after files were brought, with one sentence for each that found no place. */
export interface Placed {
  readonly workspace: Workspace;
  readonly problems: readonly string[];
}

const CONFIG = "config.json";

/**
 * The workspace with the files of models: what was brought together from one folder is one model, but for GGUF
 * files, which are one each. What comes without a config.json goes to the model that waits for it.
 */
export function withModelFiles(
  workspace: Workspace,
  files: readonly BroughtFile[],
  isKnown: IsKnown,
): Placed {
  const whole = files.filter(isWhole);
  const rest = files.filter((file) => !isWhole(file));
  const start: Placed = { workspace: whole.reduce(withWhole, workspace), problems: [] };
  return groupsOf(rest, ({ path }) => folderOf(path)).reduce((so, [folder, group]) => {
    const { workspace: next, problems } = withGroup(so.workspace, { folder, group, isKnown });
    return { workspace: next, problems: [...so.problems, ...problems] };
  }, start);
}

/** A file that is a model by itself: a GGUF, and a config of another name than the usual. */
function isWhole({ kind, path }: BroughtFile): boolean {
  return /\.gguf$/i.test(path) || (kind === "config" && baseOf(path) !== CONFIG);
}

/** Of a split GGUF, the first part is what the fleet file names. */
function withWhole(workspace: Workspace, file: BroughtFile): Workspace {
  const own = baseOf(file.path);
  const split = ggufSplit(own);
  const first = split === undefined ? own : (ggufParts(split)[0] ?? own);
  const names = filesNamed(parseFleet(workspace.fleet).fleet);
  const wanted = names.find((name) => baseOf(name) === first);
  return withStored(
    wanted === undefined
      ? { ...workspace, fleet: addModel(workspace.fleet, first, engineOf(file)) }
      : workspace,
    file,
    folderOf(wanted ?? ""),
  );
}

interface Group {
  readonly folder: string;
  readonly group: readonly BroughtFile[];
  readonly isKnown: IsKnown;
}

function withGroup(workspace: Workspace, { folder, group, isKnown }: Group): Placed {
  const names = group.map(({ path }) => baseOf(path));
  const config = group.find(({ path }) => baseOf(path) === CONFIG);
  if (config === undefined) {
    const waiting = waitingFolder(workspace, names);
    return waiting === undefined
      ? { workspace, problems: [BRING_TEXT.noConfig(names[0] ?? "", names.length - 1)] }
      : { workspace: withAll(workspace, group, waiting), problems: [] };
  }
  const dropped = { folder, text: config.text };
  const wanted = wantedFolder(workspace, dropped, isKnown);
  if (wanted !== undefined) {
    return { workspace: withAll(workspace, group, wanted), problems: [] };
  }
  const own = newFolder(workspace, dropped);
  const added = { ...workspace, fleet: addModel(workspace.fleet, own, engineOf(config)) };
  return { workspace: withAll(added, group, own), problems: [] };
}

/** The engine that such files are for, where only one is; others are as the fleet has it. */
function engineOf({ path, kind, text }: BroughtFile): Readonly<Record<string, string>> {
  if (/\.gguf$/i.test(path)) {
    return { engine: "llama.cpp" };
  }
  return kind === "config" && /"pretrained_config"\s*:/.test(text)
    ? { engine: "tensorrt-llm-engine" }
    : {};
}

function withAll(workspace: Workspace, group: readonly BroughtFile[], folder: string): Workspace {
  return group.reduce((so, file) => withStored(so, file, folder), workspace);
}

function withStored(
  workspace: Workspace,
  { kind, path, text }: BroughtFile,
  folder: string,
): Workspace {
  const ending = kind === "header" ? HEADER_ENDING : "";
  return withFile(workspace, { name: inFolder(folder, baseOf(path)) + ending, text });
}
