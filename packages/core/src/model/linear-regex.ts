/** Whether the pattern matches from the start of a text on (Python's re.match). */
export type RegexMatcher = (text: string) => boolean;

/** Ends that a piece of pattern can reach from these starts. Sets of places make time linear in the text, whatever the pattern. */
type Piece = (text: string, starts: ReadonlySet<number>) => ReadonlySet<number>;

/** Groups inside groups: each level may cost another walk over the text. The deepest seen is 1. */
const MAX_DEPTH = 3;

/**
 * Compiles the part of regular expressions that checkpoints use: characters, ".", classes, escapes, groups with
 * "|", "*", "+", "?", "^", "$". Undefined for anything else, or for what is no regular expression.
 */
export function compileRegex(pattern: string): RegexMatcher | undefined {
  try {
    const parser = new Parser(pattern);
    const piece = parser.alternatives(0);
    return parser.isAtEnd() ? (text) => piece(text, new Set([0])).size > 0 : undefined;
  } catch (error) {
    if (error instanceof Unreadable) {
      return undefined;
    }
    throw error;
  }
}

class Unreadable extends Error {}

class Parser {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  alternatives(depth: number): Piece {
    const options = [this.#sequence(depth)];
    while (this.#take("|")) {
      options.push(this.#sequence(depth));
    }
    return (text, starts) => new Set(options.flatMap((option) => [...option(text, starts)]));
  }

  #sequence(depth: number): Piece {
    const pieces: Piece[] = [];
    while (!this.isAtEnd() && this.#next() !== "|" && this.#next() !== ")") {
      pieces.push(this.#repeated(this.#atom(depth)));
    }
    return (text, starts) => pieces.reduce((places, piece) => piece(text, places), starts);
  }

  #repeated(piece: Piece): Piece {
    if (this.#take("?")) {
      return (text, starts) => new Set([...starts, ...piece(text, starts)]);
    }
    const atLeastOne = this.#take("+");
    if (!atLeastOne && !this.#take("*")) {
      return piece;
    }
    this.#take("?"); // lazy or greedy: the same texts match
    return (text, starts) => closure(piece, text, atLeastOne ? piece(text, starts) : starts);
  }

  #atom(depth: number): Piece {
    if (this.#take("(")) {
      return this.#group(depth);
    }
    if (this.#take("^")) {
      return (_text, starts) => new Set([...starts].filter((place) => place === 0));
    }
    if (this.#take("$")) {
      return (text, starts) => new Set([...starts].filter((place) => place === text.length));
    }
    return oneCharacter(this.#character());
  }

  #group(depth: number): Piece {
    if (depth >= MAX_DEPTH || (this.#take("?") && !this.#take(":"))) {
      throw new Unreadable();
    }
    const piece = this.alternatives(depth + 1);
    if (!this.#take(")")) {
      throw new Unreadable();
    }
    return piece;
  }

  /** A character test, made by the engine's own one-character expression: it can't run away. */
  #character(): RegExp {
    const source = CHARACTER.exec(this.#pattern.slice(this.#at))?.[0];
    if (source === undefined) {
      throw new Unreadable();
    }
    this.#at += source.length;
    try {
      return new RegExp(`^${source}$`, "s");
    } catch {
      throw new Unreadable();
    }
  }

  #next(): string | undefined {
    return this.#pattern[this.#at];
  }

  #take(character: string): boolean {
    const isNext = this.#next() === character;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }
}

/** A class, an escape that is no back-reference or boundary, or a plain character. */
const CHARACTER = /^(?:\[(?:\\.|[^\]\\])+\]|\\[dDwWsS]|\\[^a-zA-Z0-9]|[^\\[\](){}*+?|^$])/s;

function oneCharacter(test: RegExp): Piece {
  return (text, starts) =>
    new Set(
      [...starts]
        .filter((place) => place < text.length && test.test(text[place] ?? ""))
        .map((place) => place + 1),
    );
}

/** All places that any number of repetitions reaches; each place is tried once. */
function closure(piece: Piece, text: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  const reached = new Set(starts);
  let fresh: ReadonlySet<number> = starts;
  while (fresh.size > 0) {
    fresh = new Set([...piece(text, fresh)].filter((place) => !reached.has(place)));
    for (const place of fresh) {
      reached.add(place);
    }
  }
  return reached;
}
