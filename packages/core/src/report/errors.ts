/** Where in the input something is wrong: a file or flag, and the key in it. */
export interface Place {
  readonly file: string;
  readonly key?: string;
}

/**
 * The user's input can't be used: one sentence that names the file, the key, what was expected and
 * what came. The caller shows the message as it is.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly place: Place;

  constructor(place: Place, problem: string, options?: ErrorOptions) {
    super(
      place.key === undefined
        ? `${place.file}: ${problem}`
        : `${place.file}: ${place.key}: ${problem}`,
      options,
    );
    this.place = place;
  }
}

/** A solver failed for a reason that is not "infeasible". */
export class SolverError extends Error {
  override readonly name = "SolverError";
}

/** JSON of what came, cut to a readable length. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
