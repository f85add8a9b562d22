import type { Fleet } from "../hardware/fleet.ts";
import type { FlexibleModel } from "../placement/flexible.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { FLEET_REQUIREMENTS } from "./fleet-requirements.ts";
import { MODEL_REQUIREMENTS, without } from "./model-requirements.ts";
import {
  type FleetRequirement,
  isDefault,
  type ModelRequirement,
  type Written,
} from "./requirement.ts";

/** One thing that was asked for: by a model, or by the fleet file for every card. */
export type Ask =
  | {
      readonly of: "model";
      readonly model: PlannedModel;
      /** Undefined is the wish to be placed at all. */
      readonly requirement: ModelRequirement | undefined;
    }
  | { readonly of: "fleet"; readonly requirement: FleetRequirement };

/** What the model asks for besides being placed. */
export function wishesOf(model: PlannedModel, written: Written): readonly Ask[] {
  return MODEL_REQUIREMENTS.filter(({ said }) => said(model, written) !== undefined).map(
    (requirement) => ({ of: "model", model, requirement }),
  );
}

/** Nobody wrote it: it is a default. */
export function isUnwritten(ask: Ask): boolean {
  return (
    ask.of === "model" && ask.requirement !== undefined && isDefault(ask.requirement, ask.model)
  );
}

/** What the fleet file asks for on every card. */
export function policiesOf(written: Written): readonly Ask[] {
  return FLEET_REQUIREMENTS.filter(({ said }) => said(written) !== undefined).map(
    (requirement) => ({ of: "fleet", requirement }),
  );
}

/** The fleet and the models when only these things are asked for; who does not ask for a place is left out. */
export function relaxed(
  asks: readonly Ask[],
  written: Written,
): { readonly models: readonly FlexibleModel[]; readonly fleet: Fleet } {
  const policies = FLEET_REQUIREMENTS.filter(
    (requirement) => !asks.some((ask) => ask.of === "fleet" && ask.requirement === requirement),
  );
  const placed = asks.flatMap((ask) =>
    ask.of === "model" && ask.requirement === undefined ? [ask.model] : [],
  );
  return {
    models: placed.map((model) => flexible(model, { asks, policies, written })),
    fleet: {
      ...written.fleet,
      gpus: written.fleet.gpus.map((gpu) =>
        policies.reduce((one, { gpuWithout }) => gpuWithout?.(one) ?? one, gpu),
      ),
      ...(written.fleet.hosts === undefined
        ? {}
        : {
            hosts: written.fleet.hosts.map((host) =>
              policies.reduce((one, { hostWithout }) => hostWithout?.(one) ?? one, host),
            ),
          }),
    },
  };
}

interface Dropping {
  readonly asks: readonly Ask[];
  readonly policies: readonly FleetRequirement[];
  readonly written: Written;
}

function flexible(model: PlannedModel, { asks, policies, written }: Dropping): FlexibleModel {
  const own = asks.flatMap((ask) =>
    ask.of === "model" && ask.model === model ? [ask.requirement] : [],
  );
  const dropped = MODEL_REQUIREMENTS.filter(
    (requirement) => !own.includes(requirement) && requirement.said(model, written) !== undefined,
  );
  const freed = policies.filter(({ modelWithout }) => modelWithout !== undefined);
  return {
    name: model.name,
    key: [...dropped, ...freed].map(({ kind }) => kind).join(),
    variants: () =>
      without(
        freed.reduce((one, { modelWithout }) => modelWithout?.(one) ?? one, leastOf(model)),
        dropped,
        written,
      ),
  };
}

/** Whether all have their least is asked, so that no stage need be cut for more. */
function leastOf(model: PlannedModel): PlannedModel {
  return { ...model, wanted: model.least };
}
