import type { FleetIndex } from "../fleet-index.ts";
import type { Limit } from "./question.ts";

/** Cards of one pool on a host with too little power for all of its cards. */
interface Part {
  readonly pool: number;
  readonly cards: number;
  readonly watts: number;
}

/**
 * What the power of each host leaves: its cards in use draw no more, as far as whole cards come to it; and there are no
 * more of them, and of each kind, than it can feed. In parts each of these says something that the others do not.
 */
export function powerLimits(fleet: FleetIndex): readonly Limit[] {
  return [...fleet.hosts.power].flatMap((power, host) => {
    const parts = Number.isFinite(power) ? partsOf(fleet, host) : [];
    const all = parts.reduce((sum, { cards, watts }) => sum + cards * watts, 0);
    return all <= power ? [] : limitsOf(fleet, parts, power);
  });
}

/** Pools with cards on other hosts too say nothing of this one. */
function partsOf({ hosts, pools }: FleetIndex, host: number): readonly Part[] {
  return pools.flatMap(({ cards }, pool): Part[] => {
    const watts = hosts.watts[cards[0] ?? -1] ?? 0;
    const isHere = cards.every((card) => hosts.hostOf[card] === host);
    const isAlike = cards.every((card) => hosts.watts[card] === watts);
    return isHere && isAlike && watts > 0 ? [{ pool, cards: cards.length, watts }] : [];
  });
}

function limitsOf({ pools }: FleetIndex, parts: readonly Part[], power: number): readonly Limit[] {
  const dearest = parts.reduce((most, { watts }) => Math.max(most, watts), 0);
  const limitOn = (own: readonly Part[], amount: (part: Part) => number, most: number): Limit => {
    const byPool = pools.map((_, pool) => {
      const part = own.find((one) => one.pool === pool);
      return part === undefined ? 0 : amount(part);
    });
    return { measure: { kind: "drawn", byPool }, most };
  };
  const one = () => 1;
  const alone = parts
    .filter(({ cards, watts }) => cards * watts > power)
    .map((part) => limitOn([part], one, Math.floor(power / part.watts)));
  return parts.length === 1
    ? alone
    : [
        limitOn(parts, ({ watts }) => watts / dearest, mostDrawn(parts, power) / dearest),
        limitOn(parts, one, mostFed(parts, power)),
        ...alone,
      ];
}

/** Most watts, within the power there is, that whole cards come to. */
function mostDrawn(parts: readonly Part[], power: number): number {
  let sums = new Set([0]);
  for (const { cards, watts } of parts) {
    const counts = Array.from({ length: cards + 1 }, (_, count) => count * watts);
    sums = new Set([...sums].flatMap((sum) => counts.map((more) => sum + more)));
  }
  return [...sums].reduce((most, sum) => (sum <= power ? Math.max(most, sum) : most), 0);
}

/** Most cards that the power is enough for. */
function mostFed(parts: readonly Part[], power: number): number {
  let left = power;
  let fed = 0;
  for (const { cards, watts } of [...parts].sort((a, b) => a.watts - b.watts)) {
    const more = Math.min(cards, Math.floor(left / watts));
    fed += more;
    left -= more * watts;
  }
  return fed;
}
