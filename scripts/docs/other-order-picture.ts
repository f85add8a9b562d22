import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { type Bar, barsPicture, gib } from "./bars-picture.ts";
import { type CardStart, startsOn } from "./card-starts.ts";

/** An SVG of the same engines with the same fractions, started the other way round and without a cap on tokens. */
export function otherOrderPicture(plan: PlanDocument, gpu: string): string {
  const { memoryBytes, starts } = startsOn(plan, gpu);
  let taken = starts[0]?.taken ?? 0;
  const bars = starts.toReversed().map((start, i): Bar => {
    const { bar, takes } = barOf(start, { taken, memoryBytes, place: i + 1 });
    taken += takes;
    return bar;
  });
  return barsPicture({
    title: `The same engines on ${gpu} in the other order, with the same fractions`,
    memoryBytes,
    bars,
    legend: [
      ["earlier engines, others, reserve", "earlier"],
      ["before its KV cache", "before"],
      ["its KV cache", "kv"],
      ["does not fit", "short"],
    ],
  });
}

function barOf(
  { name, fraction, before, kv }: CardStart,
  at: { readonly taken: number; readonly memoryBytes: number; readonly place: number },
): { readonly bar: Bar; readonly takes: number } {
  const free = at.memoryBytes - at.taken;
  const fits = before <= free;
  const gets = fits ? fraction * (free - before) : 0;
  const words = fits
    ? `${fraction.toFixed(4)} of ${gib(free - before)}: ${gib(gets)} of KV cache, where ${gib(kv)} are planned`
    : `needs ${gib(before)} before any KV cache, and finds ${gib(free)}`;
  return {
    bar: {
      words: `${at.place}. ${name}: ${words}`,
      parts: [
        { bytes: at.taken, colour: "earlier" },
        { bytes: before, colour: fits ? "before" : "short" },
        { bytes: gets, colour: "kv" },
      ],
    },
    takes: fits ? before + gets : 0,
  };
}
