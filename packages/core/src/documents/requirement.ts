import type { Fleet, FleetGpu, FleetHost } from "../hardware/fleet.ts";
import type { Variants } from "../placement/flexible.ts";
import type { PlannedModel } from "../placement/planned-model.ts";

/** The fleet and its models as they were written, for requirements that need to know more than the model itself. */
export interface Written {
  readonly fleet: Fleet;
  readonly models: readonly PlannedModel[];
}

/** Something that a model asks for and that can be given up by itself. */
export interface ModelRequirement {
  readonly kind: string;
  /** How much the model takes, or which cards it may take that on. */
  readonly about: "memory" | "cards";
  /** Keys of the fleet file that say it. Where nobody wrote any of them, it is a default and no wish. */
  readonly keys: readonly string[];
  /** What it asks for in a few words ("8 sequences"); undefined where it asks for nothing of the kind. */
  readonly said: (model: PlannedModel, written: Written) => string | undefined;
  /** The model without it; never fewer ways to run it than with it. */
  readonly without: (model: PlannedModel, written: Written) => Variants;
}

/** Nobody wrote it: a model that is asked for nothing runs so. */
export function isDefault({ keys }: ModelRequirement, { unwritten }: PlannedModel): boolean {
  return keys.every((key) => unwritten?.byDefault.includes(key) === true);
}

/** Something that the fleet file asks for on every card or host. */
export interface FleetRequirement {
  readonly kind: string;
  readonly about: "memory" | "cards";
  readonly said: (written: Written) => string | undefined;
  readonly hostWithout?: (host: FleetHost) => FleetHost;
  readonly gpuWithout?: (gpu: FleetGpu) => FleetGpu;
  readonly modelWithout?: (model: PlannedModel) => PlannedModel;
}
