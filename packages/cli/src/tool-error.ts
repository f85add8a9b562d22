/** A program that Berth drives (nvidia-smi, ssh) failed; the message is one sentence, shown as it is. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}
