import { formatCount, formatGib } from "../units/format.ts";
import type {
  ConflictCards,
  ConflictDisk,
  ConflictMember,
  ConflictNeed,
  ConflictReason,
  ConflictUnknown,
} from "./reason.ts";

/** What can't hold together, what it takes at least, what there is for it, and which defaults matter. */
export function conflictText(conflict: ConflictReason | ConflictUnknown): string {
  if (conflict.code === "conflict-unknown") {
    return UNKNOWN[conflict.why];
  }
  if (isLong(conflict)) {
    return [namesOf(conflict), ...numbersOf(conflict), UNSURE_WISHES].join(" ");
  }
  return [
    `${subjectOf(conflict.members)}, whatever else is given up${conflict.cause === "rules" ? RULED_OUT : ""}.`,
    ...numbersOf(conflict),
    ...defaultsText(conflict),
    ...(conflict.isMinimal ? [] : [UNSURE]),
  ].join(" ");
}

const UNKNOWN = {
  limit: "Which wishes can't hold together is not known: the search for that came to its limit.",
  size: "Which models are in its way is not looked for on so many cards.",
  place:
    "All could have their least together: the search for a plan came to its limit before it found how.",
} as const;
const RULED_OUT = ": no card or layout is left";
const UNSURE = "Some of that may not be in the way: the search stopped at its limit.";
const UNSURE_WISHES = "Which of that is in the way is not known: the search stopped at its limit.";
const UNSURE_DEFAULTS = "What is set by default may be in the way too.";

/** Wishes that are listed although some of them may not be in the way. */
const MOST_UNSURE = 8;

function isLong({ members, isMinimal }: ConflictReason): boolean {
  const wishes = members.filter((one) => one.requirement !== PLACED && !one.isDefault);
  return !isMinimal && wishes.length > MOST_UNSURE;
}

/** "a, b and c can't all be placed as they are asked for." */
function namesOf({ members }: ConflictReason): string {
  const names = members.flatMap(({ requirement, model = "" }) =>
    requirement === PLACED ? [model] : [],
  );
  const asked = names.length === 1 ? "as it is asked for" : "as they are asked for";
  return `${listed(names)} ${togetherText(names.length)} ${asked}.`;
}

/** "a (weights in bf16, 8,192 tokens) and b can't both be placed with a reserve of 1.00 GiB on each card" */
function subjectOf(members: readonly ConflictMember[]): string {
  const models = members.filter(({ requirement }) => requirement === PLACED);
  const groups = new Map<string, string[]>();
  for (const { model = "" } of models) {
    const wishes = members.filter(
      (one) => one.model === model && one.requirement !== PLACED && !one.isDefault,
    );
    const said = wishes.map((wish) => wish.said).join(", ");
    groups.set(said, [...(groups.get(said) ?? []), model]);
  }
  const names = [...groups].flatMap(([said, own]) => (said === "" ? own : [wishing(own, said)]));
  const policies = members.filter(({ model }) => model === undefined).map(({ said }) => said);
  return `${listed(names)} ${togetherText(models.length)}${policies.length === 0 ? "" : ` with ${listed(policies)}`}`;
}

/** Models that ask for the same: "a, b and c (exclusive cards each)" */
function wishing(names: readonly string[], said: string): string {
  return `${listed(names)} (${said}${names.length > 1 ? " each" : ""})`;
}

/** The member that stands for the model itself. */
export const PLACED = "placed";

function togetherText(models: number): string {
  return TOGETHER[models] ?? "can't all be placed";
}

const TOGETHER: Readonly<Record<number, string>> = {
  1: "can't be placed",
  2: "can't both be placed",
};

function numbersOf(conflict: ConflictReason): readonly string[] {
  const { cause, disk, power, isMinimal } = conflict;
  if (cause === "rules") {
    return [];
  }
  const files = disk === undefined ? [] : [diskText(disk)];
  return cause === "disk"
    ? files
    : [
        `${needsText(conflict)}; ${cardsText(conflict)}.`,
        ...totalOf(conflict),
        ...(isMinimal ? files : []),
        ...(isMinimal && power !== undefined ? powerText(power) : []),
      ];
}

/** Models that take the same are named together. */
function needsText({ needs, members }: ConflictReason): string {
  const groups = new Map<string, string[]>();
  for (const need of needs) {
    const text = needText(need, members);
    groups.set(text, [...(groups.get(text) ?? []), need.model]);
  }
  if (needs.length === 1) {
    return `It takes at least ${[...groups.keys()].join()}`;
  }
  const each = [...groups].map(
    ([text, names]) => `${listed(names)} ${text}${names.length === 1 ? "" : " each"}`,
  );
  return `They take at least: ${each.join(", ")}`;
}

/** The precision is said where the model's own words do not say it. */
function needText(need: ConflictNeed, members: readonly ConflictMember[]): string {
  const { replicas, cards, isEven, bytesOnCard, quantization, model } = need;
  const isSaid = members.some(
    (one) => one.model === model && !one.isDefault && one.said === `weights in ${quantization}`,
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
        : [
            `In all that is ${need} of ${have}, but of each kind a host has too little for it: memory is short.`,
          ];
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
    case "disk":
    case "rules":
      return [];
    default:
      return cause satisfies never;
  }
}

function diskText({ needs, haveBytes }: ConflictDisk): string {
  const have = haveBytes === undefined ? "" : `; the hosts have ${formatGib(haveBytes)} of it`;
  if (needs.length === 1) {
    return `Its files take at least ${formatGib(needs[0]?.bytes ?? 0)} of disk${have}.`;
  }
  const all = formatGib(needs.reduce((sum, { bytes }) => sum + bytes, 0));
  const each = needs.map(({ model, bytes }) => `${model} ${formatGib(bytes)}`);
  return `Their files take at least ${all} of disk (${each.join(", ")})${have}.`;
}

function powerText(power: NonNullable<ConflictReason["power"]>): readonly string[] {
  const each = power.map(({ gpu, watts }) => `a ${gpu} may draw ${formatCount(watts)} W`);
  return each.length === 0 ? [] : [`In use, ${listed(each)}.`];
}

/** What nobody wrote, each with the models that it is of where there are several. */
function defaultsText({ members, areDefaultsNeeded }: ConflictReason): readonly string[] {
  const defaults = members.filter(({ isDefault }) => isDefault);
  if (defaults.length === 0) {
    return [];
  }
  if (!areDefaultsNeeded) {
    return [UNSURE_DEFAULTS];
  }
  const models = new Map<string, string[]>();
  for (const { said, model = "" } of defaults) {
    models.set(said, [...(models.get(said) ?? []), model]);
  }
  const isOne = members.filter(({ requirement }) => requirement === PLACED).length === 1;
  const each = [...models].map(([said, own]) => `${said}${isOne ? "" : ` (${own.join(", ")})`}`);
  return [`Set by default, and in the way too: ${each.join("; ")}.`];
}

/** "a, b and c" */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
