import type { IsKnown } from "../catalog-ids.ts";
import { freeName } from "../fleet-edits.ts";
import { filesNamed, hasFiles } from "../model-files.ts";
import { parseFleet } from "../parse-fleet.ts";
import type { Workspace } from "../workspace.ts";
import { baseOf, folderOf, inFolder } from "./base-of.ts";

const CONFIG = "config.json";

/** A config.json with the folder that it was dropped in; an empty text is none. */
interface DroppedConfig {
  readonly folder: string;
  readonly text: string;
}

/**
 * The folder of the model that these files are meant for: one of the fleet's that has no files yet and is called as
 * they are, or is the only one; or one that they are brought for again. Undefined where they are a model more.
 */
export function wantedFolder(
  workspace: Workspace,
  { folder, text }: DroppedConfig,
  isKnown: IsKnown,
): string | undefined {
  const models = modelsOf(workspace);
  const missing = models.filter((model) => !(isKnown(model) || hasFiles(workspace, model)));
  const own = baseOf(folder);
  const named = recordOf(text)["_name_or_path"];
  const meant =
    missing.find((model) => [own, named].some((each) => each === folderOfModel(model))) ??
    (missing.length === 1 ? missing[0] : undefined) ??
    models.find((model) => own !== "" && model === own);
  return meant === undefined ? undefined : folderOfModel(meant);
}

/** The folder of the model that waits for weights: the one whose index names them, or the only one. */
export function waitingFolder(workspace: Workspace, names: readonly string[]): string | undefined {
  const folders = modelsOf(workspace)
    .map(folderOfModel)
    .filter((folder) => workspace.files.some(({ name }) => name === inFolder(folder, CONFIG)));
  const naming = folders.find((folder) =>
    workspace.files.some(
      ({ name, text }) =>
        folderOf(name) === folder &&
        name.endsWith(".index.json") &&
        names.some((each) => text.includes(JSON.stringify(each))),
    ),
  );
  return naming ?? (folders.length === 1 ? folders[0] : undefined);
}

/** A folder for a model more: called as the one that was dropped, or as its config calls it. */
export function newFolder({ files }: Workspace, { folder, text }: DroppedConfig): string {
  const taken = files.map(({ name }) => name.split("/")[0] ?? "");
  return freeName(taken, plain(baseOf(folder)) || plain(nameIn(text)) || "model");
}

function nameIn(text: string): string {
  const config = recordOf(text);
  const { architecture } = recordIn(config["pretrained_config"] ?? config);
  const names = [config["_name_or_path"], config["model_type"], architecture];
  return baseOf(String(names.find((name) => typeof name === "string" && name !== "") ?? ""));
}

/** What is a name in every file system, without a leading dot. */
function plain(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, "-").replace(/^[.-]+/, "");
}

/** Drafts among them: their files are brought in the same way. */
function modelsOf({ fleet }: Workspace): readonly string[] {
  return filesNamed(parseFleet(fleet).fleet);
}

/** "own/config.json" and "./own/" are both the folder "own". */
function folderOfModel(model: string): string {
  const path = model.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  return /(?:^|\/)config\.json$/.test(path) || path.endsWith(".safetensors")
    ? folderOf(path)
    : path;
}

function recordOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return recordIn(JSON.parse(text));
  } catch {
    return {};
  }
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
