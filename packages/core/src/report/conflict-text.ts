import { formatGib } from "../units/format.ts";
import type { ConflictCards, ConflictMember, ConflictNeed, ConflictReason } from "./reason.ts";

/** What can't hold together, what it takes at least, what the cards have. */
export function conflictText(conflict: ConflictReason): string {
  const { isMinimal, cause } = conflict;
  const why = cause === "rules" ? RULED_OUT : `${needsText(conflict)}; ${cardsText(conflict)}`;
  return [
    `${subjectOf(conflict.members)}, whatever else is given up: ${why}.`,
    ...totalOf(conflict),
    ...(isMinimal ? [] : [UNSURE]),
  ].join(" ");
}

const RULED_OUT = "no card or layout is left";
const UNSURE = "Some of that may not be in the way: the search stopped at its limit.";

/** "a (weights in bf16, 8,192 tokens) and b can't both be placed with a reserve of 1.00 GiB on each card" */
function subjectOf(members: readonly ConflictMember[]): string {
  const models = members.filter(({ requirement }) => requirement === PLACED);
  const names = models.map(({ model }) => {
    const wishes = members.filter((one) => one.model === model && one.requirement !== PLACED);
    return `${model}${wishes.length === 0 ? "" : ` (${wishes.map(({ said }) => said).join(", ")})`}`;
  });
  const policies = members.filter(({ model }) => model === undefined).map(({ said }) => said);
  const together = TOGETHER[models.length] ?? "can't all be placed";
  return `${listed(names)} ${together}${policies.length === 0 ? "" : ` with ${listed(policies)}`}`;
}

/** The member that stands for the model itself. */
export const PLACED = "placed";

const TOGETHER: Readonly<Record<number, string>> = {
  1: "can't be placed",
  2: "can't both be placed",
};

/** Models that take the same are named together. */
function needsText({ needs, members }: ConflictReason): string {
  const groups = new Map<string, string[]>();
  for (const need of needs) {
    const text = needText(need, members);
    groups.set(text, [...(groups.get(text) ?? []), need.model]);
  }
  if (needs.length === 1) {
    return `it takes at least ${[...groups.keys()].join()}`;
  }
  const each = [...groups].map(
    ([text, names]) =>
      `${listed(names)} ${names.length === 1 ? "takes" : "take"} at least ${text}${names.length === 1 ? "" : " each"}`,
  );
  return listed(each);
}

/** The precision is said where the model's own words do not say it. */
function needText(need: ConflictNeed, members: readonly ConflictMember[]): string {
  const { replicas, cards, isEven, bytesOnCard, quantization, model } = need;
  const isSaid = members.some(
    (one) => one.model === model && one.said === `weights in ${quantization}`,
  );
  const each = isEven ? `each of ${cards} cards` : `the fullest of ${cards} cards`;
  const size = `${formatGib(bytesOnCard)} on ${cards === 1 ? "one card" : each}`;
  const copies = replicas === 1 ? size : `${replicas} times ${size}`;
  return isSaid ? copies : `${copies} (${quantization})`;
}

function cardsText({ cards }: ConflictReason): string {
  return listed(
    cards.map((kind) => {
      const which =
        kind.count === 1 ? `the one ${kind.gpu} has` : `the ${kind.count} ${kind.gpu} have`;
      return `${which} ${roomText(kind)}`;
    }),
  );
}

function roomText({ count, leastBytes, mostBytes }: ConflictCards): string {
  return leastBytes === mostBytes
    ? `${formatGib(mostBytes)}${count === 1 ? "" : " each"}`
    : `${formatGib(leastBytes)} to ${formatGib(mostBytes)}`;
}

function totalOf({ cause, needBytes, haveBytes }: ConflictReason): readonly string[] {
  const have = formatGib(haveBytes);
  const need = formatGib(needBytes);
  switch (cause) {
    case "capacity":
      return needBytes > haveBytes
        ? [`In all that is ${need}, and the cards have ${have}: memory is short.`]
        : ["Each kind of card has too little in all: memory is short."];
    case "fragmentation":
      return [
        `In all that is ${need} of ${have}: memory is not short but fragmented, and no way to divide them fits the single cards.`,
      ];
    case "wishes":
      return [
        `In all that is ${need} of ${have}: memory is not short, the other wishes are in the way.`,
      ];
    case "unknown":
      return [`In all that is ${need} of ${have}.`];
    case "rules":
      return [];
    default:
      return cause satisfies never;
  }
}

/** "a, b and c" */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
