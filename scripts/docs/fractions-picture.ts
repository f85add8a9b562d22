import { type Bar, barsPicture, gib } from "./bars-picture.ts";

/** A card, an engine and a fraction, in GiB: what docs/memory.md computes with. */
const CARD = 24;
const OTHERS = 2;
const CONTEXT = 0.5;
const WEIGHTS = 8;
const ACTIVATIONS = 1;
const FRACTION = 0.5;
const GIB = 2 ** 30;

const HELD = OTHERS + CONTEXT + WEIGHTS + ACTIVATIONS;
const BEFORE_LOAD = OTHERS + CONTEXT;

/** What each server's fraction is a share of, and what it leaves for the KV cache. */
const SERVERS = [
  { name: "TensorRT-LLM", from: HELD, cache: FRACTION * (CARD - HELD) },
  // its others are not looked at; its context is outside of what it counts
  { name: "vLLM", from: 0, cache: FRACTION * CARD - WEIGHTS - ACTIVATIONS },
  { name: "SGLang", from: BEFORE_LOAD, cache: FRACTION * (CARD - BEFORE_LOAD) - WEIGHTS },
] as const;

/** An SVG of what the same fraction means to three servers. */
export function fractionsPicture(): string {
  return barsPicture({
    title: `What the fraction ${FRACTION} gives an engine on a card of ${CARD} GiB`,
    memoryBytes: CARD * GIB,
    bars: SERVERS.map(
      ({ name, from, cache }): Bar => ({
        words: `${name}: ${FRACTION} of ${gib((CARD - from) * GIB)}, so that ${gib(cache * GIB)} are KV cache`,
        parts: [
          { bytes: OTHERS * GIB, colour: "earlier" },
          { bytes: CONTEXT * GIB, colour: "passing" },
          { bytes: (WEIGHTS + ACTIVATIONS) * GIB, colour: "before" },
          { bytes: cache * GIB, colour: "kv" },
        ],
        span: { from: from * GIB, to: CARD * GIB },
      }),
    ),
    legend: [
      ["others", "earlier"],
      ["context", "passing"],
      ["weights and activations", "before"],
      ["KV cache", "kv"],
      ["free", "free"],
    ],
  });
}
