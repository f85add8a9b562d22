/** Where in the input something is wrong: a file or flag, and the key in it. */
export interface Place {
  readonly file: string;
  readonly key?: string;
}

/** Longest sentence shown. Those that list all architectures have 900 characters; what a file holds is no reason for more. */
const MOST_CHARACTERS = 1400;

/**
 * The user's input can't be used: one sentence that names the file, the key, what was expected and
 * what came. The caller shows the message as it is: it has one line, whatever the input holds.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly place: Place;

  constructor(place: Place, problem: string, options?: ErrorOptions) {
    super(
      oneLine(
        place.key === undefined
          ? `${place.file}: ${problem}`
          : `${place.file}: ${place.key}: ${problem}`,
      ),
      options,
    );
    this.place = place;
  }
}

/** Without line breaks and control characters, and cut where it does not end. */
function oneLine(text: string): string {
  const plain = text.slice(0, MOST_CHARACTERS + 1).replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  return plain.length > MOST_CHARACTERS ? `${plain.slice(0, MOST_CHARACTERS - 3)}...` : plain;
}

/** A solver failed for a reason that is not "infeasible". */
export class SolverError extends Error {
  override readonly name = "SolverError";
}

/** JSON of what came, cut to a readable length; NaN and the infinities, which JSON has not, by their names. */
export function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : jsonOf(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // nested deeper than there is stack for
    return Array.isArray(value) ? `a list of ${value.length}` : `a nested ${typeof value}`;
  }
}
