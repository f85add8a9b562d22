import { TEXT } from "../text/en.ts";
import type { Problem } from "../worker/protocol.ts";
import type { Workspace } from "./workspace.ts";

/** What a link holds: a fleet; or why it can't be read. */
export interface OpenedLink {
  readonly workspace?: Workspace | undefined;
  readonly problem?: Problem;
}

/** What the page was opened with. What unpacks a link is loaded where there may be one. */
export async function openedLink(hash: string): Promise<OpenedLink> {
  if (hash.length < 2) {
    return {};
  }
  try {
    const { workspaceOfFragment } = await import("./share-link.ts");
    return { workspace: workspaceOfFragment(hash) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: { message: `${TEXT.share.broken}${why}` } };
  }
}
