import { TEXT } from "../text/en.ts";
import type { Problem } from "../worker/protocol.ts";
import { workspaceOfFragment } from "./share-link.ts";
import type { Workspace } from "./workspace.ts";

/** What the page was opened with: the workspace of its link, or why the link can't be read. */
export function openedLink(hash: string): {
  readonly workspace?: Workspace | undefined;
  readonly problem?: Problem;
} {
  try {
    return { workspace: workspaceOfFragment(hash) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { problem: { message: `${TEXT.share.broken}${why}` } };
  }
}
