import type { LatencyMetric } from "../../capacity/workload.ts";

/** A number, or an expression over the fleet file's `vars` and units. */
export type Amount = number | string;

/** A model's workload as the fleet file writes it. */
export interface FleetWorkload {
  readonly rate?: Amount | undefined;
  readonly arrivals?: "poisson" | "constant" | undefined;
  readonly trace?: string | undefined;
  readonly prompt?: FleetLengths | undefined;
  readonly output?: FleetLengths | undefined;
  readonly sharedPrefix?:
    | { readonly tokens: Amount; readonly share?: Amount | undefined }
    | undefined;
  readonly targets?: readonly FleetTarget[] | undefined;
}

export type FleetLengths =
  | Amount
  | {
      readonly median: Amount;
      readonly p95?: Amount | undefined;
      readonly sigma?: Amount | undefined;
      readonly most?: Amount | undefined;
    }
  | { readonly quantiles: readonly { readonly share: number; readonly tokens: Amount }[] }
  | {
      readonly histogram: readonly {
        readonly from: Amount;
        readonly to: Amount;
        readonly weight: number;
      }[];
    };

export interface FleetTarget {
  readonly metric: LatencyMetric;
  /** From 0 to 100; 95 where absent. */
  readonly percentile?: number | undefined;
  /** "500 ms", "0.5 minutes", or seconds. */
  readonly most: Amount;
}

/** What running the fleet costs, where the file says. */
export interface FleetCosts {
  readonly perKwh?: number | undefined;
  /** One price for every card, or one a catalogue id. */
  readonly perGpuHour?: number | Readonly<Record<string, number>> | undefined;
}
