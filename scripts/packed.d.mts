/** npx's words for the pinned pnpm. */
export const PNPM: readonly string[];
/** Packs what a built checkout publishes; the tarballs' paths. */
export function packAll(root: string, into: string): readonly string[];
/** Installs tarballs in a new folder, whose path is given back. Needs the npm registry, or its cache. */
export function installPacked(tarballs: readonly string[], app: string): string;
/** What a tool printed. Throws with all that it said where it failed. */
export function runTool(command: string, args: readonly string[], cwd?: string): string;
