import type { ModelTree } from "@berth/core/files";
import type { WorkspaceFile } from "../state/workspace.ts";

/** The files of a workspace as the readers of models take them; there are texts only, and headers in place of weights. */
export function workspaceTree(files: readonly WorkspaceFile[]): ModelTree {
  const texts = new Map(files.map(({ name, text }) => [plain(name), text]));
  const below = (folder: string) => {
    const start = `${plain(folder)}/`;
    return [...texts.keys()].flatMap((name) =>
      name.startsWith(start) ? [name.slice(start.length)] : [],
    );
  };
  return {
    kind: (path) => {
      const folder = below(path).length > 0 ? "folder" : undefined;
      return Promise.resolve(texts.has(plain(path)) ? "file" : folder);
    },
    names: (folder) => Promise.resolve(below(folder)),
    text: (path) => Promise.resolve(texts.get(plain(path))),
    read: () => Promise.resolve(undefined),
    size: () => Promise.resolve(undefined),
  };
}

/** "./llama/" is "llama". */
function plain(path: string): string {
  return path.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
}
