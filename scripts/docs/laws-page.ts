import { errorsText, type LawError } from "./law-errors.ts";

/** A number of `berth explain --json`, as far as the page shows it. */
export interface ExplainedNumber {
  readonly subject: string;
  readonly id: string;
  readonly law?: string;
  readonly unit: string;
  readonly basis: string;
  readonly symbols: readonly {
    readonly name: string;
    readonly unit: string;
    readonly meaning: string;
  }[];
  readonly sources: readonly { readonly title: string; readonly url: string | null }[];
}

/** Numbers of one plan, and which engine each subject of it runs. */
export interface ExplainedPlan {
  readonly numbers: readonly ExplainedNumber[];
  readonly engineOf: (subject: string) => string | undefined;
}

/** What each number is, in the order of the page. */
const WHAT: readonly (readonly [id: string, what: string])[] = [
  ["weights", "Weights on a rank."],
  ["activations", "The widest moment of a forward step."],
  ["vision", "What a vision tower adds to a profile run."],
  ["context", "The CUDA context, and the libraries that are loaded into it."],
  ["runtime", "Buffers that live as long as the engine: inputs, logits, samplers."],
  ["decoder", "Buffers of the C++ runtime's decoder."],
  ["state", "Recurrent state of all batch slots."],
  ["communication", "NCCL, and buffers of custom all-reduces."],
  ["graphs", "Captured CUDA graphs."],
  ["headroom", "What comes after the KV cache, and stays free for it."],
  ["kv-sequence", "KV cache of one sequence."],
  ["kv-tokens", "Tokens that the KV cache holds."],
  ["kv-pool", "Bytes of the KV cache."],
  ["slot-tokens", "Tokens of one slot."],
  ["free-at-start", "What an engine finds free when it starts."],
  ["free-before-load", "What is free before the weights are loaded."],
  ["free-for-kv", "What is free once everything but the KV cache is there."],
  ["fraction", "The memory setting that makes the planned KV cache."],
  ["share-asked", "What vLLM asks of a card when it starts."],
  ["share-free", "What vLLM finds then."],
  ["margin", "What a plan counts above the most likely numbers."],
  ["chance-to-fit", "The chance that all stays within what is planned."],
  ["free", "What stays free on a card."],
  ["decode-fixed", "What a step of a stage takes however little it computes."],
  ["decode-dense", "Dense weights of a step: read, or multiplied if that takes longer."],
  ["decode-experts", "Routed experts that the tokens of a step visit."],
  ["decode-kv", "Reading the KV cache of the sequences of a step."],
  ["decode-exchange", "Exchanges between tensor parallel ranks in a step."],
  ["decode-sequences", "What each token of a step takes besides."],
  ["decode-stage", "A step of one stage."],
  ["decode-hop", "Handing hidden states to the next stage."],
  ["decode-step", "A step of all stages that reads no prompt."],
  ["prefill-dense", "Matrices of a prompt of mean length."],
  ["prefill-attention", "Attention over it."],
  ["prefill-experts", "Its experts."],
  ["prefill-exchange", "The bytes of its exchanges."],
  ["prefill-stage", "A prompt on one stage."],
  ["prefill-step", "What a step takes longer that reads any prompt: it has no captured graph."],
  ["prefill", "A prompt's way through all stages."],
  ["prefill-busy", "What a prompt takes of the stage that bounds how many pass."],
  ["prompt-step", "What reading any prompt takes of a step of all stages."],
  ["held-tokens", "What a running sequence holds of the KV cache."],
  [
    "needed-tokens",
    "What is kept for a running sequence where its engine promises not to pause it.",
  ],
  ["kv-room", "Sequences that the KV cache has room for."],
  ["seats", "Sequences that a batch and the tokens of a step take."],
  ["most-running", "Sequences that run at once at the most."],
  ["most-requests-prompt-cost", "Seconds of steps that a prompt adds when these run."],
  ["most-requests-seat", "How long a request has a seat then, no prompt counted."],
  ["most-requests", "Requests a second that a replica serves at the most."],
  ["most-tokens", "Tokens a second that it writes then."],
  ["requests-prompt-cost", "Seconds of steps that a prompt adds at the rate that is asked."],
  ["requests-seat", "How long a request has a seat then, no prompt counted."],
  ["requests", "Requests a second at which so many sequences run: the rate that is asked."],
  ["tokens", "Tokens a second that are written then."],
  ["all-requests", "Requests a second that all replicas serve at the most."],
  ["utilization", "The part of that which is asked for."],
  [
    "full",
    "The chance that a request finds no seat free: beyond the last one, what is found falls by the load.",
  ],
  ["running", "Sequences that run, as they come and go by chance."],
  ["tpot", "Mean time per output token."],
  ["tpot-variance", "How it varies: with who else runs, and with the prompts that come."],
  ["cycle", "From one step to the next, with the prompts that came meanwhile."],
  ["cycle-variance", "How that varies."],
  ["chance-to-wait", "The chance that a request finds no seat or no room."],
  ["mean-wait", "How long requests wait for that on average."],
  ["room-wait", "How long those wait that do."],
  ["ttft-ready", "Mean time to the first token of requests that find room at once."],
  ["prompt-wait-variance", "How the time behind prompts of others varies."],
  ["ttft-ready-variance", "How the time to the first token varies, of requests that find room."],
  ["ttft", "Mean time to the first token."],
  ["e2e-ready", "Mean time from arrival to the last token of requests that find room at once."],
  ["e2e-ready-variance", "How it varies."],
  ["e2e", "Mean time from arrival to the last token."],
  ["tpot-p50", "The time per output token that half of the requests stay within."],
  ["tpot-p95", "The one that 95 % stay within."],
  ["ttft-p50", "The time to the first token that half of the requests stay within."],
  ["ttft-p50-share", "Those of them that find room at once and those that wait, together."],
  ["ttft-p95", "The one that 95 % stay within."],
  ["ttft-p95-share", "Those of them that find room at once and those that wait, together."],
  ["e2e-p50", "The time to the last token that half of the requests stay within."],
  ["e2e-p50-share", "Those of them that find room at once and those that wait, together."],
  ["e2e-p95", "The one that 95 % stay within."],
  ["e2e-p95-share", "Those of them that find room at once and those that wait, together."],
];

/** The page of all laws, from what `berth explain` says of these plans, each with what was measured of it where that is known. */
export function lawsPage(plans: readonly ExplainedPlan[], errors?: readonly LawError[]): string {
  const laws = new Map<string, Law>();
  for (const { numbers, engineOf } of plans) {
    for (const number of numbers.filter(isShown)) {
      add(laws, number, engineOf(number.subject));
    }
  }
  const ids = [...new Set([...WHAT.map(([id]) => id), ...[...laws.values()].map(({ id }) => id)])];
  const sections = ids.flatMap((id) => {
    const own = [...laws.values()].filter((law) => law.id === id);
    return own.length === 0 ? [] : [section(id, own, errors)];
  });
  return `# The laws

Every number of an estimate or a plan is one of these laws with values put in. \`berth explain\` shows the values, and test/laws.test.ts holds each formula
and the code together. Formulas are in mathjs' spelling. A law is *derived* where it follows from the model or the settings, *measured* or *stated* where its constants are, and *assumed*
where nobody has measured them yet; bounds are those that 95 % of cases lie within.

Below each law stands how far it was from what was measured: how many numbers, the median of the error's size, and the largest error. One above zero says more than there was. Constants that are
read off measurements describe those: [Accuracy](accuracy.md) says which rows are fitted and which are held back, and what becomes of rows that a fit did not see.

This page is made from \`berth explain\` of the examples and of test/docs/laws-fleet.yaml.

${sections.join("\n")}`;
}

/** A product over the engines of a card has as many factors as it has engines, a sum over replicas as many terms. */
const SERIES: ReadonlySet<string> = new Set(["chance-to-fit", "all-requests"]);
/** Characters that such laws have in common. */
const LIKE = 6;

/** Two stages of a pipeline stand for more of them. */
function isShown({ law }: ExplainedNumber): boolean {
  return law !== undefined && !/\bstage_3\b/.test(law);
}

interface Law {
  readonly id: string;
  readonly law: string;
  readonly symbols: ExplainedNumber["symbols"];
  readonly engines: Set<string>;
  readonly bases: Set<string>;
  readonly sources: Map<string, string | null>;
}

function add(laws: Map<string, Law>, number: ExplainedNumber, engine: string | undefined): void {
  const { id, law = "", symbols, basis, sources } = number;
  const key = `${id} ${SERIES.has(id) ? law.slice(0, LIKE) : law}`;
  const known = laws.get(key) ?? {
    id,
    law,
    symbols,
    engines: new Set(),
    bases: new Set(),
    sources: new Map(),
  };
  laws.set(key, known);
  known.bases.add(basis);
  if (engine !== undefined) {
    known.engines.add(engine);
  }
  for (const { title, url } of sources) {
    known.sources.set(title, url);
  }
}

function section(
  id: string,
  laws: readonly Law[],
  errors: readonly LawError[] | undefined,
): string {
  const what = WHAT.find(([known]) => known === id)?.[1];
  if (what === undefined) {
    throw new Error(`expected a line that says what ${id} is`);
  }
  return `## ${id}\n\n${what}\n\n${laws.map((law) => lawText(law, errors)).join("\n")}`;
}

function lawText(
  { id, law, symbols, engines, bases, sources }: Law,
  errors: readonly LawError[] | undefined,
): string {
  const rows = symbols.map(
    ({ name, unit, meaning }) => `| \`${name}\` | ${unit} | ${meaning.replaceAll("|", "\\|")} |`,
  );
  const from = [...sources].map(([title, url]) => (url === null ? title : `[${title}](${url})`));
  const of = engines.size === 0 ? "" : `${[...engines].sort().join(", ")}; `;
  return `<!-- not shown by a command: a formula -->
\`\`\`text
${law}
\`\`\`

${of}${[...bases].sort().join(" or ")}.${from.length === 0 ? "" : ` From: ${from.sort().join("; ")}.`}

| symbol | unit | what it is |
| --- | --- | --- |
${rows.join("\n")}

${errorsText(id, law, errors)}`;
}
