import { keptText } from "../line.ts";
import type { LogFailure } from "../log-document.ts";
import { rankTag } from "../rank-tag.ts";
import { findFailure } from "./find-failure.ts";
import { MEANINGS } from "./meanings.ts";

/** The failures of a log, the first line of each kind. */
export class Failures {
  readonly #found = new Map<string, LogFailure>();

  get all(): readonly LogFailure[] {
    return [...this.#found.values()];
  }

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  clear(): void {
    this.#found.clear();
  }

  take(text: string, line: number, tp: number | undefined): void {
    const failure = findFailure(text);
    if (failure === undefined) {
      return;
    }
    const { pattern, numbers } = failure;
    const { code, source } = pattern;
    const known = this.#found.get(code);
    const rank = rankTag(text, tp);
    this.#found.set(
      code,
      known === undefined
        ? {
            code,
            ...MEANINGS[code],
            ...numbers,
            ...(rank === undefined ? {} : { rank }),
            line,
            text: keptText(text),
            count: 1,
            source,
          }
        : { ...known, count: known.count + 1 },
    );
  }

  /** What TensorRT-LLM's report adds to the line that it begins with. */
  detail(more: Partial<Pick<LogFailure, "component" | "freeBytes" | "totalBytes">>): void {
    const known = this.#found.get("executor-memory");
    if (known !== undefined) {
      this.#found.set("executor-memory", { ...known, ...more });
    }
  }
}
