import { formatCount, type PlanDocument } from "@berth/core";
import type { PlanDiff, ReplicaDiff, ReplicaPlace } from "@berth/core/changes";
import { COMPARE_TEXT } from "../../text/compare-en.ts";
import { percent } from "../../text/say.ts";

/** In what two plans differ, in sentences: what matters most comes first. */
export function diffWords(
  diff: PlanDiff,
  before: PlanDocument,
  after: PlanDocument,
): readonly string[] {
  const text = COMPARE_TEXT;
  if (diff.isSame) {
    return [text.same];
  }
  const [old, now] = [before, after].map(({ objective }) => percent(objective.value));
  const [freeBefore, freeAfter] = [freeIn(before), freeIn(after)];
  return [
    ...diff.unplaced.after.map(text.unplaced),
    ...diff.unplaced.before.map(text.placed),
    old === now ? text.sameShare(old ?? "") : text.share(old ?? "", now ?? ""),
    ...(before.gpus.length === after.gpus.length
      ? []
      : [text.cards(before.gpus.length, after.gpus.length)]),
    ...CHANGES.flatMap((change) => {
      const count = diff.models.filter((one) => one.change === change).length;
      return count === 0 ? [] : [text.changes[change](count)];
    }),
    ...(freeBefore === freeAfter ? [] : [text.free(freeBefore, freeAfter)]),
  ];
}

const CHANGES = ["removed", "added", "moved", "changed", "resized", "reordered"] as const;

function freeIn({ gpus }: PlanDocument): number {
  return gpus.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
}

/** What is said of a replica that is in one plan only. */
const MAIN: ReplicaDiff["aspects"] = ["precision", "layout", "cards", "kv-size"];

const PARTS: readonly {
  readonly of: readonly ReplicaDiff["aspects"][number][];
  readonly say: (place: ReplicaPlace) => string;
}[] = [
  { of: ["model"], say: ({ source }) => source },
  { of: ["engine"], say: ({ engine }) => `${engine.id} ${engine.version}` },
  { of: ["precision"], say: ({ quantization }) => quantization },
  { of: ["kv-type"], say: ({ kvCacheDtype }) => `KV ${kvCacheDtype}` },
  { of: ["layout"], say: ({ tp, pp }) => `tp ${tp}, pp ${pp}` },
  { of: ["cards"], say: ({ gpus }) => gpus.join(", ") },
  {
    of: ["kv-size", "limits"],
    say: ({ concurrentSequences, maxSeqLen }) =>
      COMPARE_TEXT.place.load(formatCount(concurrentSequences), formatCount(maxSeqLen)),
  },
  { of: ["start"], say: ({ startOrder }) => COMPARE_TEXT.place.order(startOrder + 1) },
];

/** What differs of a replica, or its main points where it is in one plan only. */
export function placeText({ aspects }: ReplicaDiff, place: ReplicaPlace | undefined): string {
  if (place === undefined) {
    return COMPARE_TEXT.none;
  }
  const shown = aspects.length === 0 ? MAIN : aspects;
  const parts = PARTS.filter(({ of }) => of.some((aspect) => shown.includes(aspect)));
  return parts.map(({ say }) => say(place)).join("; ");
}
