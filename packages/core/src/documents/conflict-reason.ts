import type { CardClass } from "../placement/card-classes.ts";
import { classTotals } from "../placement/class-totals.ts";
import type { FlexibleProblem } from "../placement/flexible.ts";
import type { PlacementProblem } from "../placement/problem.ts";
import { diskBytes, isShortOfDisk, leastFileBytes } from "../placement/short-of-disk.ts";
import { PLACED } from "../report/conflict-text.ts";
import type {
  ConflictCards,
  ConflictCause,
  ConflictDisk,
  ConflictMember,
  ConflictReason,
} from "../report/reason.ts";
import type { Conflict, ConflictOracle } from "./conflict.ts";
import { leastTaken } from "./conflict-needs.ts";
import { type Ask, isUnwritten } from "./relaxed-fleet.ts";
import type { Written } from "./requirement.ts";

/** The conflict with its numbers: what its models take at least, and what the cards that they may use have. */
export function conflictReason(
  { asks, isMinimal, areDefaultsNeeded }: Conflict,
  oracle: ConflictOracle,
): ConflictReason {
  const flexible = oracle.problemOf(asks);
  const { classes, demands } = flexible;
  const taken = demands.map((demand) => leastTaken(demand, classes));
  const isLegal = taken.every(({ need }) => need !== undefined);
  const names = demands.map(({ demand }) => demand.model);
  const open = classes.filter(({ openTo }) => names.some((name) => openTo.has(name)));
  const needBytes = taken.reduce((sum, one) => sum + one.needBytes, 0);
  const haveBytes = open.reduce((sum, { gpus, capacity }) => sum + gpus.length * capacity, 0);
  return {
    code: "conflict",
    members: asks.map((ask) => memberOf(ask, oracle.written)),
    isMinimal,
    areDefaultsNeeded,
    cause: isLegal ? causeOf(asks, { flexible, oracle, isShort: needBytes > haveBytes }) : "rules",
    needs: taken.flatMap(({ need }) => need ?? []),
    cards: cardsOf(open),
    needBytes,
    haveBytes,
    ...hostsOf(asks, flexible, open),
  };
}

/** Numbers of what hosts have in all, where that is a member. */
function hostsOf(
  asks: readonly Ask[],
  { problem }: FlexibleProblem,
  open: readonly CardClass[],
): Pick<ConflictReason, "disk" | "power"> {
  const isAsked = (kind: string): boolean =>
    asks.some(({ of, requirement }) => of === "fleet" && requirement.kind === kind);
  return {
    ...(isAsked("disk") ? { disk: diskOf(problem) } : {}),
    ...(isAsked("powerBudgetW") ? { power: powerOf(open) } : {}),
  };
}

function diskOf(problem: PlacementProblem): ConflictDisk {
  const haveBytes = diskBytes(problem);
  return {
    needs: problem.demands.map((demand) => ({
      model: demand.model,
      bytes: leastFileBytes([demand]),
    })),
    haveBytes: Number.isFinite(haveBytes) ? haveBytes : undefined,
  };
}

function powerOf(open: readonly CardClass[]): NonNullable<ConflictReason["power"]> {
  const kinds = new Map(
    open.flatMap(({ gpus: [first] }) =>
      first?.powerW === undefined ? [] : [[first.catalogId, first.powerW] as const],
    ),
  );
  return [...kinds].map(([gpu, watts]) => ({ gpu, watts }));
}

function causeOf(
  asks: readonly Ask[],
  at: {
    readonly flexible: FlexibleProblem;
    readonly oracle: ConflictOracle;
    readonly isShort: boolean;
  },
): ConflictCause {
  const { problem } = at.flexible;
  if (asks.some(isOfDisk) && isShortOfDisk(problem)) {
    return "disk";
  }
  const hasOptions = problem.demands.every(({ options }) => options.length > 0);
  const inTotals =
    at.isShort || !hasOptions ? undefined : at.oracle.judgeProblem(classTotals(problem));
  if (at.isShort || inTotals === "infeasible") {
    return "capacity";
  }
  if (inTotals === "unknown") {
    return "unknown";
  }
  return asks.some((ask) => ask.requirement?.about === "cards" && !isUnwritten(ask))
    ? "wishes"
    : "fragmentation";
}

function isOfDisk({ requirement }: Ask): boolean {
  return requirement?.kind === "disk";
}

function memberOf(ask: Ask, written: Written): ConflictMember {
  if (ask.of === "fleet") {
    const { kind, said } = ask.requirement;
    return { requirement: kind, said: said(written) ?? "", isDefault: false };
  }
  const { model, requirement } = ask;
  return requirement === undefined
    ? { model: model.name, requirement: PLACED, said: "a place", isDefault: false }
    : {
        model: model.name,
        requirement: requirement.kind,
        said: requirement.said(model, written) ?? "",
        isDefault: isUnwritten(ask),
      };
}

/** By kind of card, in the order of the fleet. */
function cardsOf(classes: readonly CardClass[]): readonly ConflictCards[] {
  const kinds = new Map<string, ConflictCards>();
  for (const { gpus, capacity } of classes) {
    const gpu = gpus[0]?.catalogId ?? "";
    const known = kinds.get(gpu) ?? { gpu, count: 0, leastBytes: capacity, mostBytes: capacity };
    kinds.set(gpu, {
      gpu,
      count: known.count + gpus.length,
      leastBytes: Math.min(known.leastBytes, capacity),
      mostBytes: Math.max(known.mostBytes, capacity),
    });
  }
  return [...kinds.values()];
}
