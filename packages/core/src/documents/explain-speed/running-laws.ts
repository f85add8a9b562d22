import { LEAST_CHANCE, roomWait } from "../../capacity/latency-parts.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import type { ServingPoint } from "../../capacity/throughput.ts";
import type { Derived } from "../explained-number.ts";

/** How many sequences run as they come and go by chance. */
export function runningLaws(
  { mostRate, concurrency }: ServingModel,
  { rate, running, law }: ServingPoint,
): readonly Derived[] {
  return [
    {
      id: "full",
      value: law.full,
      unit: "1",
      law: "one_left * rate / (most - rate)",
      values: { one_left: law.oneLeft, rate, most: mostRate },
    },
    {
      id: "running",
      value: running,
      unit: "1",
      law: "(1 - full) * free_running + full * most_running",
      values: {
        full: law.full,
        free_running: law.free,
        most_running: concurrency.most,
      },
    },
  ];
}

/** How many wait for a seat and room, and how long. */
export function waitLaws(serving: ServingModel, { rate, law }: ServingPoint): readonly Derived[] {
  const { scale, even, shorter, seconds, mean, chance } = roomWait(serving, { rate, law });
  const { full, taken, queued, beyond } = law;
  return [
    {
      id: "chance-to-wait",
      value: chance,
      unit: "1",
      law: "(full + (1 - full) * taken) * even",
      values: { full, taken, even },
    },
    {
      id: "mean-wait",
      value: mean,
      unit: "s",
      law: "((1 - full) * queued + full * beyond) / rate + full * variation * shorter / (most - rate)",
      values: { full, queued, beyond, rate, variation: scale, shorter, most: serving.mostRate },
    },
    {
      id: "room-wait",
      value: seconds,
      unit: "s",
      law: `mean_wait / max(${LEAST_CHANCE}, chance_to_wait)`,
      values: { mean_wait: mean, chance_to_wait: chance },
    },
  ];
}
