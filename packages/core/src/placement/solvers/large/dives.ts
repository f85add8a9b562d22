import type { Effort } from "../effort.ts";
import type { FleetIndex } from "../fleet-index.ts";
import { levelAtShare, type Ratio } from "../levels.ts";
import type { OpenProgram } from "../linear-program.ts";
import { diveWays, type OptionsTaken } from "../patterns/dive-ways.ts";
import type { RowPrice } from "../patterns/price-list.ts";
import type { Steps } from "./steps.ts";

/** Dives for the options of all replicas (`patterns/dive-ways.ts`), each share's once. */
export class Dives {
  private readonly at: {
    readonly fleet: FleetIndex;
    readonly open: OpenProgram;
    readonly effort: Effort;
    readonly startOf: RowPrice;
  };
  private readonly known = new Map<string, OptionsTaken | undefined>();

  constructor(at: Dives["at"]) {
    this.at = at;
  }

  /** Undefined where that leads nowhere. */
  *optionsAt(models: readonly number[], share: Ratio): Steps<OptionsTaken | undefined> {
    const { demands } = this.at.fleet.problem;
    const asked = models.flatMap((model) => {
      const demand = demands[model];
      return demand === undefined ? [] : [{ model, level: levelAtShare(demand, share) }];
    });
    const key = JSON.stringify(asked.map(({ model, level }) => [model, level]));
    if (!this.known.has(key)) {
      this.known.set(key, yield* diveWays(this.at, asked, this.at.startOf));
    }
    return this.known.get(key);
  }
}
