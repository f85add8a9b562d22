import type { EngineId } from "../engine/engine.ts";
import type { Amount } from "./amounts.ts";
import { keptText } from "./line.ts";
import type { LogFinding } from "./log-document.ts";
import { type LinePattern, matchPattern } from "./pattern.ts";
import { rankTag } from "./rank-tag.ts";

/** Findings kept of one log: 20 kinds of 200 ranks. What comes beyond is dropped, so that memory is bounded. */
const MOST_FINDINGS = 4096;

/** A line where it stands. */
export interface PlacedLine {
  readonly text: string;
  readonly number: number;
  /** The model that Triton is loading. */
  readonly model: string | undefined;
}

/** What one engine's lines say, the latest of each kind, rank and model. */
export class Findings {
  readonly #engine: EngineId;
  readonly #tp: number | undefined;
  readonly #found = new Map<string, LogFinding>();

  constructor(engine: EngineId, tp: number | undefined) {
    this.#engine = engine;
    this.#tp = tp;
  }

  get all(): readonly LogFinding[] {
    return [...this.#found.values()].sort((a, b) => a.line - b.line);
  }

  /** Whether an engine of the log got as far as its KV cache. */
  get hasCache(): boolean {
    return this.all.some(({ term }) => term === "kv");
  }

  clear(): void {
    this.#found.clear();
  }

  /** Whether the line has a number for the pattern. */
  take(pattern: LinePattern, line: PlacedLine): boolean {
    const amount = matchPattern(pattern, line.text);
    if (amount === undefined) {
      return false;
    }
    const rank = this.#rankOf(pattern, line.text);
    if (rank === "none") {
      return false;
    }
    const key = `${pattern.term} ${amount.unit} ${rank ?? ""} ${line.model ?? ""}`;
    const before = this.#found.get(key);
    if (before !== undefined || this.#found.size < MOST_FINDINGS) {
      const finding = this.#finding(pattern, amount, line, rank);
      const isPart = pattern.adds === true && before !== undefined;
      this.#found.set(key, isPart ? together(before, finding) : finding);
    }
    return true;
  }

  /** "none" where the pattern wants a device and the line speaks of the host. */
  #rankOf({ rankAfter }: LinePattern, text: string): number | undefined | "none" {
    if (rankAfter === undefined) {
      return rankTag(text, this.#tp);
    }
    const digits = /^\d{1,4}/.exec(text.slice(text.indexOf(rankAfter) + rankAfter.length))?.[0];
    return digits === undefined ? "none" : Number(digits);
  }

  #finding(
    { term, source }: LinePattern,
    { unit, value, halfWidth, printed }: Amount,
    line: PlacedLine,
    rank: number | undefined,
  ): LogFinding {
    return {
      engine: this.#engine,
      term,
      unit,
      value,
      halfWidth,
      printed,
      ...(rank === undefined ? {} : { rank }),
      ...(line.model === undefined ? {} : { model: line.model }),
      line: line.number,
      text: keptText(line.text),
      source,
    };
  }
}

/** Parts that are held beside each other; the line is the last part's. */
function together(before: LogFinding, part: LogFinding): LogFinding {
  return {
    ...part,
    value: before.value + part.value,
    halfWidth: before.halfWidth + part.halfWidth,
    printed: `${before.printed} + ${part.printed}`.slice(0, MOST_PRINTED),
  };
}

const MOST_PRINTED = 200;
