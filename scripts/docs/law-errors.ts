import { median } from "./accuracy-page.ts";

/** How far a law was from what was measured of it. */
export interface LawError {
  /** The law, and those that were measured together with it. */
  readonly ids: readonly [string, ...string[]];
  /** Its formula, where it has several. */
  readonly law?: string;
  /** What was measured, and where. */
  readonly of: string;
  /** Said over measured, less one. */
  readonly errors: readonly number[];
}

/** What stands before the errors of a law: the page can be cut there. */
export const MEASURED = "Measured error";

const BY_TPOT = "The time per output token is measured as a whole: see [tpot](#tpot).";
const BY_TTFT = "The time to the first token is measured as a whole: see [ttft](#ttft).";
const BY_SUMS = "It adds up numbers of other laws; what reads a plan adds it up anew.";
const NO_SPREAD =
  "What was published are means. `berth capacity --simulate` walks every request of a plan, and stands beside it.";
const RATES =
  "It follows from the time of a step. Load tests state how many run at once, and their times are at [tpot](#tpot) and [ttft](#ttft).";

/** Why nobody measured a law by itself, or what else it was held to. */
const NOT_MEASURED: Readonly<Record<string, string>> = {
  activations:
    "The peak is one of the terms that the [KV tokens](#kv-tokens) of the same engine depend on.",
  runtime: "It is one of the terms that the [KV tokens](#kv-tokens) of the same engine depend on.",
  state:
    "Recurrent states have exactly the elements that transformers allocates (test/cache-shapes.test.ts).",
  graphs:
    "Engines print it too seldom to say; it is one of the terms that [KV tokens](#kv-tokens) depend on.",
  headroom:
    "It is room for what comes later, and one of the terms that [KV tokens](#kv-tokens) depend on.",
  "kv-sequence":
    "Pages, windows and states have exactly the sizes that transformers allocates (test/cache-shapes.test.ts).",
  "kv-tokens": "It multiplies two numbers of a plan.",
  "kv-pool":
    "Pages, windows and states have exactly the sizes that transformers allocates (test/cache-shapes.test.ts).",
  "slot-tokens": BY_SUMS,
  "free-before-load": BY_SUMS,
  "free-for-kv": BY_SUMS,
  fraction:
    "A plan is checked by the engine's own way from the setting to its tokens, written a second time (documents/verify-start.ts).",
  "share-asked": BY_SUMS,
  "share-free": BY_SUMS,
  margin: BY_SUMS,
  "chance-to-fit":
    "No source has plans that did not fit. [Accuracy](accuracy.md) says how many measured numbers lie inside the bounds that it is made of.",
  free: BY_SUMS,
  "decode-fixed": BY_TPOT,
  "decode-dense": BY_TPOT,
  "decode-experts": BY_TPOT,
  "decode-kv": BY_TPOT,
  "decode-exchange": BY_TPOT,
  "decode-sequences": BY_TPOT,
  "decode-stage": BY_TPOT,
  "decode-hop": BY_TPOT,
  "decode-step": BY_TPOT,
  "prefill-dense": BY_TTFT,
  "prefill-attention": BY_TTFT,
  "prefill-experts": BY_TTFT,
  "prefill-exchange": BY_TTFT,
  "prefill-stage": BY_TTFT,
  "prefill-step": BY_TTFT,
  prefill: BY_TTFT,
  "prefill-busy": BY_TTFT,
  "prompt-step": BY_TTFT,
  "held-tokens": "It follows from the lengths that are stated.",
  "needed-tokens": "It follows from the lengths that are stated.",
  "kv-room": "It follows from the lengths and limits that are stated.",
  seats: "It follows from the lengths and limits that are stated.",
  "most-running": "It follows from the lengths and limits that are stated.",
  "most-requests-prompt-cost": RATES,
  "most-requests-seat": RATES,
  "most-requests": RATES,
  "most-tokens": RATES,
  "requests-prompt-cost": RATES,
  "requests-seat": RATES,
  requests: RATES,
  tokens: RATES,
  "all-requests": RATES,
  utilization: RATES,
  "tpot-variance": NO_SPREAD,
  cycle: BY_TTFT,
  "cycle-variance": NO_SPREAD,
  full: NO_SPREAD,
  running: RATES,
  "chance-to-wait": NO_SPREAD,
  "mean-wait": NO_SPREAD,
  "room-wait": NO_SPREAD,
  "ttft-ready": BY_TTFT,
  "prompt-wait-variance": NO_SPREAD,
  "ttft-ready-variance": NO_SPREAD,
  e2e: "It adds up [ttft](#ttft) and [tpot](#tpot), which are measured.",
  "e2e-ready": "It adds up [ttft](#ttft) and [tpot](#tpot), which are measured.",
  "e2e-ready-variance": NO_SPREAD,
  "tpot-p50": NO_SPREAD,
  "tpot-p95": NO_SPREAD,
  "ttft-p50": NO_SPREAD,
  "ttft-p50-share": NO_SPREAD,
  "ttft-p95": NO_SPREAD,
  "ttft-p95-share": NO_SPREAD,
  "e2e-p50": NO_SPREAD,
  "e2e-p50-share": NO_SPREAD,
  "e2e-p95": NO_SPREAD,
  "e2e-p95-share": NO_SPREAD,
};

const BY_CARD = `${MEASURED}s by card, and which rows are far off: [How many requests](capacity.md).`;

/** What a reader should know of the errors of a law. */
const NOTES: Readonly<Record<string, string>> = {
  tpot: BY_CARD,
  ttft: BY_CARD,
};

/** The errors of a law, as a table, or why there are none. Throws where nothing is known of it. Empty without errors. */
export function errorsText(id: string, law: string, all: readonly LawError[] | undefined): string {
  if (all === undefined) {
    return "";
  }
  const own = all.filter((one) => one.ids[0] === id && (one.law ?? law) === law);
  if (own.length > 0) {
    return `| ${MEASURED} of | numbers | median | largest |
| --- | ---: | ---: | ---: |
${own.map(row).join("\n")}
${NOTES[id] === undefined ? "" : `\n${NOTES[id]}\n`}`;
  }
  const why = NOT_MEASURED[id];
  if (why === undefined) {
    throw new Error(`expected what was measured of ${id}, or why nothing was: ${law}`);
  }
  return `${MEASURED}: none of its own. ${why}\n`;
}

function row({ ids: [, ...others], of, errors }: LawError): string {
  const sizes = errors.map(Math.abs);
  const largest = errors.find((error) => Math.abs(error) === Math.max(...sizes)) ?? Number.NaN;
  const beside = others.length === 0 ? "" : `, together with ${others.join(" and ")}`;
  return `| ${of}${beside} | ${errors.length} | ${percent(median(sizes))} | ${percent(largest)} |`;
}

function percent(share: number): string {
  const text = `${(100 * share).toFixed(2)} %`;
  return text === "-0.00 %" ? "0.00 %" : text;
}
