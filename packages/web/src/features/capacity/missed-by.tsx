import type { ModelCapacity, SimulatedRequests } from "@berth/core/capacity";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { shareText, targetText, timeText } from "../../text/say-capacity.ts";

/** What each kind of replica has to do with a target that is missed; nothing where all are alike. */
export function MissedBy({
  model: { simulated = [], replicas },
  target,
}: {
  readonly model: ModelCapacity;
  readonly target: SimulatedRequests["targets"][number];
}): ReactNode {
  if (simulated.length < 2) {
    return null;
  }
  const kinds = simulated.map(({ replicas: alike, latencies }) => {
    const part = replicas
      .filter(({ replica }) => alike.includes(replica))
      .reduce((sum, { weight }) => sum + weight, 0);
    const own = latencies.find(({ metric }) => metric === target.metric)?.quantiles ?? [];
    const at = own.find(({ percentile }) => percentile === target.percentile);
    return CAPACITY_TEXT.simulation.kind(
      alike.map((replica) => replica + 1),
      shareText(part),
      at === undefined ? CAPACITY_TEXT.none : timeText(at.seconds),
    );
  });
  return (
    <p className="hint">
      {CAPACITY_TEXT.simulation.missedBy(targetText(target), kinds.join("; "))}
    </p>
  );
}
