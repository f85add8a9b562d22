/** A long computation was cancelled by its signal. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}
