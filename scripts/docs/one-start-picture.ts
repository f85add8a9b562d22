import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { type Bar, barsPicture, gib } from "./bars-picture.ts";
import { type CardStart, startsOn } from "./card-starts.ts";

/** What an engine takes first, one after the other; its buffers follow together. */
const FIRST = ["context", "weights"];

/** An SVG of what one engine of a plan takes of a card, and what its fraction is a fraction of. */
export function oneStartPicture(plan: PlanDocument, gpu: string, model: string): string {
  const { memoryBytes, starts } = startsOn(plan, gpu);
  const start = starts.find(({ name }) => name === model);
  if (start === undefined) {
    throw new Error(`the plan starts no ${model} on ${gpu}`);
  }
  return barsPicture({
    title: `What ${model} takes of ${gpu} when it starts`,
    memoryBytes,
    bars: barsOf(start, memoryBytes),
    legend: [
      ["held already", "earlier"],
      ["what it takes now", "before"],
      ["its KV cache", "kv"],
      ["free", "free"],
    ],
  });
}

function barsOf(
  { name, fraction, taken, found, before, kv, terms }: CardStart,
  memoryBytes: number,
): readonly Bar[] {
  const buffers = terms.map(({ id }) => id).filter((id) => !FIRST.includes(id));
  const bytesOf = (ids: readonly string[]): number =>
    terms.filter(({ id }) => ids.includes(id)).reduce((sum, { bytes }) => sum + bytes, 0);
  let held = taken;
  const steps = [...FIRST.map((id) => [id]), buffers].map((ids): Bar => {
    const bytes = bytesOf(ids);
    const words = `${ids.join(", ")}: ${gib(bytes)}, so that ${gib(memoryBytes - held - bytes)} are free`;
    const parts = [
      { bytes: held, colour: "earlier" },
      { bytes, colour: "before" },
    ] as const;
    held += bytes;
    return { words, parts };
  });
  const cache: Bar = {
    words: `KV cache: ${fraction.toFixed(4)} of these ${gib(found - before)}, which is ${gib(kv)}; the rest stays free for what comes later`,
    parts: [
      { bytes: taken + before, colour: "earlier" },
      { bytes: kv, colour: "kv" },
    ],
    span: { from: taken + before, to: memoryBytes },
  };
  return [
    { words: `${name} finds ${gib(found)} free`, parts: [{ bytes: taken, colour: "earlier" }] },
    ...steps,
    cache,
  ];
}
