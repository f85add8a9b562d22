/** A text file that came with the fleet: what nvidia-smi printed, or a model's config.json. */
export interface WorkspaceFile {
  /** As the fleet file names it. */
  readonly name: string;
  readonly text: string;
}

/**
 * All that a person has brought: the fleet file as it is written, and the files that it names. It is what a
 * link holds, what is saved, and what undo goes back to; the command line plans the same files alike.
 */
export interface Workspace {
  readonly fleet: string;
  readonly files: readonly WorkspaceFile[];
}

/** Name of the fleet file in messages and downloads. */
export const FLEET_FILE = "fleet.yaml";

export const EMPTY_WORKSPACE: Workspace = { fleet: "models: []\n", files: [] };

/** The workspace with this file, in the place of one of the same name. */
export function withFile(workspace: Workspace, file: WorkspaceFile): Workspace {
  const others = workspace.files.filter(({ name }) => name !== file.name);
  return { ...workspace, files: [...others, file] };
}

/** A name that no file of the workspace has: "box.txt", "box-2.txt". */
export function freeFileName({ files }: Workspace, wanted: string): string {
  const taken = new Set(files.map(({ name }) => name));
  const dot = wanted.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ""];
  let name = wanted;
  for (let count = 2; taken.has(name); count++) {
    name = `${stem}-${count}${ending}`;
  }
  return name;
}
