import type { AskedReplicas } from "./asked-replicas.ts";
import type { Unmeasured } from "./replica-model.ts";

/** Which engines were measured too little on which cards, so that their bounds are those of all measurements. */
export function measuredWarnings({ answered, replicas }: AskedReplicas): readonly string[] {
  const found = new Map<string, { readonly one: Unmeasured; readonly models: Set<string> }>();
  for (const { deployment, unmeasured } of replicas) {
    if (answered.includes(deployment.model)) {
      for (const one of unmeasured) {
        const key = `${one.engine} ${one.architecture}`;
        const { models } = found.get(key) ?? { models: new Set<string>() };
        found.set(key, { one, models: models.add(deployment.model) });
      }
    }
  }
  return [...found.values()].map(({ one, models }) => `${[...models].join(", ")}: ${said(one)}`);
}

function said({ engine, architecture, isAny, metrics }: Unmeasured): string {
  if (isAny) {
    return `no times of ${engine} on ${architecture} cards are known; what was measured of all engines and cards stands in, with its bounds`;
  }
  const names = metrics.map((metric) => NAMES[metric]).join(" and ");
  return `too few times of ${engine} on ${architecture} cards are known; the bounds of ${names} are as wide as those of all engines and cards`;
}

const NAMES = { tpot: "TPOT", ttft: "TTFT" } as const;
