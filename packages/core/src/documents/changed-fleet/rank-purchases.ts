import type { FleetState, Purchase } from "./whatif-document.ts";

interface Stage {
  readonly brings: Purchase["brings"];
  readonly of: (state: FleetState) => number;
}

/** What counts, first to last: who has a place, who is served, whose targets are met, how much the worst-served gets. */
const STAGES: readonly Stage[] = [
  { brings: "models", of: ({ placed }) => placed },
  { brings: "served", of: ({ served = 0 }) => served },
  { brings: "targets", of: ({ targetsMet = 0 }) => targetsMet },
  { brings: "share", of: ({ worstShare }) => worstShare },
  { brings: "tokens", of: ({ mostTokensPerSecond = 0 }) => mostTokensPerSecond },
  { brings: "sequences", of: ({ sequences }) => sequences },
];

/** A difference below this part is none: rounding, and what searches stop at. */
const NOISE = 1e-3;

/** The first thing of which there is more after than before, or "nothing" where there is less of something first. */
export function broughtBy(before: FleetState, after: FleetState): Purchase["brings"] {
  const [stage, difference] = firstDifference(before, after);
  return stage !== undefined && difference > 0 ? stage.brings : "nothing";
}

/** Whether one state comes to more than another. */
export function isBetter(one: FleetState, than: FleetState): boolean {
  return firstDifference(than, one)[1] > 0;
}

/** Best first: those that bring something, by what they bring, then the cheaper, then the one that draws less, then by name. */
export function ranked(purchases: readonly Purchase[]): readonly Purchase[] {
  return purchases.toSorted(
    (a, b) =>
      Number(a.brings === "nothing") - Number(b.brings === "nothing") ||
      firstDifference(a.state, b.state)[1] ||
      (a.perHour ?? 0) - (b.perHour ?? 0) ||
      a.watts - b.watts ||
      (a.gpu < b.gpu ? -1 : 1),
  );
}

/** The first stage in which two states differ, and by how much the second is more. */
function firstDifference(
  before: FleetState,
  after: FleetState,
): readonly [stage: Stage | undefined, difference: number] {
  for (const stage of STAGES) {
    const [a, b] = [stage.of(before), stage.of(after)];
    if (Math.abs(b - a) > NOISE * Math.max(Math.abs(a), Math.abs(b))) {
      return [stage, b - a];
    }
  }
  return [undefined, 0];
}
