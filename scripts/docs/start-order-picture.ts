import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { barsPicture, gib } from "./bars-picture.ts";
import { startsOn } from "./card-starts.ts";

/** An SVG of what is free on a card before and after each engine of a plan, in start order. */
export function startOrderPicture(plan: PlanDocument, gpu: string): string {
  const { memoryBytes, starts } = startsOn(plan, gpu);
  return barsPicture({
    title: `What is free on ${gpu} before and after each engine`,
    memoryBytes,
    bars: starts.map(({ name, fraction, taken, found, before, kv }, i) => ({
      words: `${i + 1}. ${name} finds ${gib(found)} free, and ${gib(found - before)} once it is loaded; ${fraction.toFixed(4)} of that: ${gib(kv)} of KV cache`,
      parts: [
        { bytes: taken, colour: "earlier" },
        { bytes: before, colour: "before" },
        { bytes: kv, colour: "kv" },
      ],
      span: { from: taken + before, to: memoryBytes },
    })),
    legend: [
      ["earlier engines, others, reserve", "earlier"],
      ["before its KV cache", "before"],
      ["its KV cache", "kv"],
      ["free", "free"],
    ],
  });
}
