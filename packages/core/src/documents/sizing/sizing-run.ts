import { Work } from "../../placement/work.ts";
import type { WayServes } from "./replica-ways.ts";
import type { Sized } from "./sized.ts";

/** What looking for the sizes of one fleet may cost, in states of a search: about eight seconds of work. */
const MOST_UNITS = 1_500_000;

/** Pricing an option of a fleet that is solved, and asking what it serves, takes about as long as so many states. */
const UNITS_PER_OPTION = 200;

/** What all searches for the sizes of one fleet share: what was solved is not solved again, and what it costs has a limit. */
export class SizingRun {
  readonly work: Work;
  private isShort = false;
  private readonly solved = new Map<string, Promise<Sized>>();
  private readonly serves = new Map<string, Map<string, WayServes>>();

  constructor(mostUnits: number = MOST_UNITS) {
    this.work = new Work(mostUnits);
  }

  /** Whether something was left out since the work came to its limit. */
  get isCut(): boolean {
    return this.isShort;
  }

  /** Whether one more fleet may be solved; where not, that is known from then on. */
  mayGoOn(): boolean {
    this.isShort ||= this.work.isOver;
    return !this.work.isOver;
  }

  /** What was solved under this key, or is now. */
  async once(key: string, solve: () => Promise<Sized>): Promise<Sized> {
    const known = this.solved.get(key);
    if (known !== undefined) {
      return known;
    }
    const found = solve();
    this.solved.set(key, found);
    const { placed } = await found;
    const options = placed.enumerations.reduce((sum, one) => sum + one.demand.options.length, 0);
    this.work.spend(placed.solution.nodes + options * UNITS_PER_OPTION);
    return found;
  }

  /** What ways to run a model serve, as far as it was asked. */
  servesOf(model: string): Map<string, WayServes> {
    const known = this.serves.get(model) ?? new Map<string, WayServes>();
    this.serves.set(model, known);
    return known;
  }
}
