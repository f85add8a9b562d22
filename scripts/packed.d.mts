/** npx's words for the pinned pnpm. */
export const PNPM: readonly string[];
/** Packs what a built checkout publishes; the tarballs' paths. */
export function packAll(root: string, into: string): Promise<readonly string[]>;
/** Installs tarballs, and what else is named, in a new folder, whose path is given back. Needs the npm registry, or its cache. */
export function installPacked(
  tarballs: readonly string[],
  app: string,
  others?: readonly string[],
): Promise<string>;
/** Without questions that a user's install would ask beside, and from npm's cache where that has it. */
export function npmInstall(wanted: readonly string[], folder: string): Promise<void>;
/** What a tool printed. Throws with all that it said where it failed. */
export function runTool(
  command: string,
  args: readonly string[],
  cwd?: string,
  env?: Readonly<Record<string, string>>,
): Promise<string>;
