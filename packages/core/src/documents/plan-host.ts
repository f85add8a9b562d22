/** A host of a plan, with its limits where the fleet file states any. */
export interface PlanHost {
  readonly name: string;
  readonly gpuCount: number;
  readonly driverVersion?: string;
  /** The highest that the driver serves. */
  readonly cudaVersion?: string;
  /** Where the fleet file states a power budget. */
  readonly power?: PlanHostPower;
  /** Where the fleet file states its memory: the most that one start takes of it. */
  readonly memory?: PlanHostSum;
  /** Where the fleet file states its disk: all files, each counted once. */
  readonly disk?: PlanHostSum;
}

export interface PlanHostSum {
  readonly bytes: number;
  readonly plannedBytes: number;
}

export interface PlanHostPower {
  readonly budgetW: number;
  /** The limits of the cards in use, added up. */
  readonly plannedW: number;
  /** What each of its cards may draw, by id. */
  readonly limitsW: Readonly<Record<string, number>>;
}
