import { withRoomsOf } from "../planned-replicas.ts";
import type { Attempt, Refused } from "./remedy.ts";

/** The fleet and its models after a change; models that are not changed are the same objects. */
export type Changed = Pick<Refused, "fleet" | "models">;

export function changedBy(
  { fleet, models, model }: Refused,
  { cards = [], drops = [], hosts, ...attempt }: Attempt,
): Changed {
  const changed =
    cards.length === 0 && hosts === undefined
      ? fleet
      : {
          ...fleet,
          gpus: [...fleet.gpus, ...cards],
          ...(hosts === undefined || fleet.hosts === undefined
            ? {}
            : { hosts: fleet.hosts.map(hosts) }),
        };
  return {
    fleet: changed,
    models: models
      .filter(({ name }) => !drops.includes(name))
      .map((each) => {
        const after =
          each.name === model.name
            ? (attempt.model?.(model) ?? model)
            : (attempt.others?.(each) ?? each);
        // which hosts have room for it depends on its pin and its layouts too
        return cards.length === 0 && after === each ? each : withRoomsOf(after, changed);
      }),
  };
}

/** The chance to fit that these models share. */
export function chanceOf(models: Refused["models"]): number {
  return 1 - models.reduce((sum, { risk, replicas }) => sum + risk * replicas, 0);
}
