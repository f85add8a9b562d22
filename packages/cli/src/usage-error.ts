/** A command line that can't be run as it stands; the message is one sentence, shown as it is. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
