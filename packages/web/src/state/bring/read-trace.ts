import { BRING_TEXT } from "../../text/bring-en.ts";
import type { PlannerClient } from "../../worker/planner-client.ts";
import { decoded } from "../decoded.ts";
import { problemOf } from "../problem-of.ts";
import type { WorkspaceFile } from "../workspace.ts";

/** Largest trace, in bytes: every edit hands the files to a worker. BurstGPT's first million requests have 50 MB. */
const MOST_BYTES = 64_000_000;
const MOST_TEXT = "64 MB";

/** A trace of requests as text, or one sentence on why it is none: too large, or a line that core can't read. */
export async function readTrace(
  worker: PlannerClient,
  name: string,
  blob: Blob,
): Promise<WorkspaceFile | { readonly problem: string }> {
  if (blob.size > MOST_BYTES) {
    return { problem: BRING_TEXT.tooLarge(name, MOST_TEXT) };
  }
  try {
    const trace = { name, text: decoded(new Uint8Array(await blob.arrayBuffer())) };
    await worker.ask("trace", trace);
    return trace;
  } catch (error) {
    const { message, file } = problemOf(error);
    return { problem: file === undefined ? BRING_TEXT.unreadable(name, message) : message };
  }
}
