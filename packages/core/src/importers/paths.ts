/** The last part of a path, whichever way its slashes lean. */
export function baseName(path: string): string {
  return path.slice(lastSlash(path) + 1);
}

/** The folder of a path: "." where it names none. */
export function folderOf(path: string): string {
  const at = lastSlash(path);
  return at < 0 ? "." : path.slice(0, Math.max(at, 1));
}

/** A name in a folder. */
export function inFolder(folder: string, name: string): string {
  return folder === "." ? name : `${folder.replace(/[\\/]+$/, "")}/${name}`;
}

function lastSlash(path: string): number {
  return Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
}
