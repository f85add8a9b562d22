import { COUNTS, DEPTHS, KEYS, many, NUMBERS, nested, RAW, TEXTS } from "./hostile-values.ts";
import { picked, type Step } from "./steps.ts";

/** A place in a tree: the object or list that holds it, and its key there. */
interface Slot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

const MOST_SLOTS = 20_000;

/** Text that stands where JSON.stringify would have to be told of more than it can say. */
class RawTexts {
  readonly #texts: string[] = [];

  stand(text: string): string {
    this.#texts.push(text);
    return `@@raw${this.#texts.length - 1}@@`;
  }

  written(tree: unknown): string {
    return JSON.stringify(tree, undefined, 1).replace(
      /"@@raw(\d+)@@"/g,
      (_, index: string) => this.#texts[Number(index)] ?? "null",
    );
  }
}

type Change = (slot: Slot, step: Step, raw: RawTexts) => void;

const set = ({ holder, key }: Slot, value: unknown): void => {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};
const get = ({ holder, key }: Slot): unknown => (holder as Record<string, unknown>)[key];

const CHANGES: readonly Change[] = [
  (slot, step, raw) => set(slot, raw.stand(picked(RAW, step.pick))),
  (slot, step, raw) => set(slot, raw.stand(picked(NUMBERS, step.pick))),
  (slot, step) => set(slot, picked([...TEXTS, ...KEYS], step.pick)),
  ({ holder, key }) => {
    if (Array.isArray(holder)) {
      holder.splice(Number(key), 1);
    } else {
      delete holder[key];
    }
  },
  // another name for the same
  (slot, step) => {
    if (!Array.isArray(slot.holder)) {
      const value = get(slot);
      delete slot.holder[slot.key];
      set({ holder: slot.holder, key: picked(KEYS, step.pick) }, value);
    }
  },
  (slot, step, raw) => {
    const key = picked(KEYS, step.pick);
    set(
      Array.isArray(slot.holder) ? slot : { holder: slot.holder, key },
      raw.stand(picked(RAW, step.size)),
    );
  },
  (slot, step, raw) => set(slot, raw.stand(nested(step.pick, picked(DEPTHS, step.size)))),
  (slot, step, raw) => set(slot, raw.stand(many(step.pick, picked(COUNTS, step.size)))),
  // the same again and again
  (slot, step, raw) => {
    const one = JSON.stringify(get(slot)) ?? "null";
    const times = Math.min(picked(COUNTS, step.size), Math.floor(2_000_000 / (one.length + 1)));
    const list = Array.from({ length: Math.max(1, times) }, () => one).join(",");
    set(slot, raw.stand(`[${list}]`));
  },
  (slot) => set(slot, { inner: get(slot) }),
];

/** The JSON of a tree with one change at a time, written as text in the end. */
export function changedTree(tree: unknown, steps: readonly Step[]): string {
  const root: Record<string, unknown> = { tree: structuredClone(tree) };
  const raw = new RawTexts();
  for (const step of steps) {
    picked(CHANGES, step.op)(picked(slotsOf(root), step.at), step, raw);
    root["tree"] ??= null;
  }
  return raw.written(root["tree"]);
}

function slotsOf(root: Record<string, unknown>): readonly Slot[] {
  const slots: Slot[] = [{ holder: root, key: "tree" }];
  for (let at = 0; at < slots.length && slots.length < MOST_SLOTS; at += 1) {
    const slot = slots[at];
    const inside = slot === undefined ? undefined : get(slot);
    if (typeof inside === "object" && inside !== null) {
      const holder = inside as Record<string, unknown>;
      slots.push(
        ...Object.keys(holder)
          .slice(0, 2000)
          .map((key) => ({ holder, key })),
      );
    }
  }
  return slots;
}
