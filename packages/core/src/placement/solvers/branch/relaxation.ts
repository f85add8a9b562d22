import type { Effort } from "../effort.ts";
import type { OpenProgram } from "../linear-program.ts";
import { dearPatterns } from "./dear-patterns.ts";
import type { Domain } from "./domain.ts";
import { isContradictory, type Judged, judge } from "./judge.ts";
import { Master, type MasterAnswer } from "./master.ts";
import type { Listed } from "./ways.ts";

/** Rounds in which patterns are looked for in one part of the search; most need 2 to 20. */
const MOST_ROUNDS = 100;
/** Above what rounding makes of sums of prices. */
const MARGIN = 1e-6;

/** How much of each way, state and group the relaxed domain takes; "none" where it holds no layout. */
export type Relaxed = Float64Array | "none" | "unknown";

/** The question with its counts in parts; patterns found for one domain serve the next. */
export class Relaxation {
  private readonly listed: Listed;
  private readonly master: Master;
  private readonly effort: Effort;
  private readonly known = new Set<string>();

  constructor(listed: Listed, at: { readonly effort: Effort; readonly open: OpenProgram }) {
    this.listed = listed;
    this.effort = at.effort;
    this.master = new Master(at.open, listed);
  }

  /** States that a round counts as. */
  get size(): number {
    return this.master.size;
  }

  limit(domain: Domain, position: number): void {
    this.master.limit(domain, [position]);
  }

  /** Solves it with all patterns that matter. */
  solve(domain: Domain, until: number): Relaxed {
    if (isContradictory(this.listed, domain)) {
      return "none";
    }
    for (let round = 0; this.effort.spend(until, this.master.size); round += 1) {
      const answer = this.master.solve();
      if (answer === undefined) {
        return "unknown";
      }
      if (answer.cost < MARGIN) {
        return answer.taken;
      }
      const judged = judge(this.listed, domain, answer.prices);
      if (judged.bound > MARGIN) {
        return "none";
      }
      if (round >= MOST_ROUNDS || !this.addPatterns(answer, judged)) {
        return answer.taken;
      }
    }
    return "unknown";
  }

  close(): void {
    this.master.close();
  }

  private addPatterns({ prices, cards }: MasterAnswer, judged: Judged): boolean {
    const patterns = dearPatterns(this.listed, { prices, cards, judged, known: this.known });
    this.master.addPatterns(patterns);
    return patterns.length > 0;
  }
}
