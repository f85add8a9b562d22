import { faring, type HeldOut } from "../fits/leave-out.ts";

/** One measured number beside what Berth says of it. */
export interface Compared {
  readonly id: string;
  readonly what: string;
  readonly measured: number;
  readonly ours: number;
  readonly low: number;
  readonly high: number;
  /** Whether it took part in a fit of constants, where that is known of each row. */
  readonly fit?: "fitted" | "held back";
  /** The terms that were added up for it, where it is no more than their sum. */
  readonly laws?: readonly { readonly id: string; readonly law: string }[];
}

/** The cache of a log that was found after the constants were fitted: what Berth said of it then, and says now. */
export interface Foretold {
  readonly id: string;
  readonly gpu: string;
  readonly model: string;
  readonly before: Said;
  readonly now: Said;
}

type Said = Pick<Compared, "measured" | "ours" | "low" | "high">;

const GIB = 2 ** 30;
/** Numbers from here on are bytes; tokens and sequences are fewer. */
const BYTES = 2 ** 23;

/** The page of errors against what was measured by others. */
export function accuracyPage(
  logs: readonly Compared[],
  capacities: readonly Compared[],
  leftOut: readonly string[],
  foretold: readonly Foretold[],
  heldOut: readonly { readonly what: string; readonly kind: HeldOut }[],
): string {
  const groups = new Map<string, Compared[]>();
  for (const one of [...capacities, ...logs]) {
    const name = [one.what, engineOf(one.id), ...(one.fit === undefined ? [] : [one.fit])].join(
      ", ",
    );
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return `# Accuracy

Berth's estimates against numbers that others measured and published: capacities that NVIDIA measured with TensorRT-LLM for aiconfigurator, and start-up logs that users posted. All rows that
say enough are here; test/accuracy.test.ts writes this page.

The same rows are where constants come from. The capacities marked *fitted* are what \`scripts/fit-trtllm.ts\` fits constants of TensorRT-LLM's PyTorch backend to; those marked *held back*, every
third, took no part in that. No log was held back: what \`data/engines\` has from \`posted-boot-logs\` was read off these logs, so a row such as what lies outside PyTorch in vllm-004 says that
the law describes it, not that it was foretold. Weights and KV bytes a token follow from the models alone.

An error above zero promises more than there was.

| number | rows | median of the error's size | least | most | inside the bounds |
| --- | ---: | ---: | ---: | ---: | ---: |
${[...groups].map(([name, rows]) => summary(name, rows)).join("\n")}

"Inside" counts rows whose number has a spread. Weights and KV bytes a token have none.

## Foretold

${foretoldPart(foretold)}

## Left out by groups

What constants make of rows that took no part in their fit, nor any row that shares their card, family of models, version or number of ranks with them. For capacities and activations
the fit is made anew without each group (\`scripts/fit-trtllm.ts\`, \`scripts/fit-vllm.ts\`); for a card that no row is of, what \`data/engines\` says of any card holds. For the logs above, what the
laws miss is read off the other groups' rows. An activation above zero is one that takes more than was foretold: a tenth of it is about a hundredth of a cache.

| number | left out | groups | rows | median of the error's size | most | inside the bounds |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
${heldOut.map(heldOutRow).join("\n")}

## Every row

| row | number | measured | Berth | error | bounds |  |
| --- | --- | ---: | ---: | ---: | --- | --- |
${[...logs, ...capacities].map(row).join("\n")}

## Not compared

Rows that do not say enough to be asked, or whose model's files are not public:

${leftOut.map((line) => `- ${line}`).join("\n")}
`;
}

function heldOutRow({ what, kind }: { readonly what: string; readonly kind: HeldOut }): string {
  const { median: size, over } = faring(kind);
  const inside = kind.checks.filter(({ isInside: is }) => is).length;
  return `| ${what} | ${kind.by} | ${kind.groups} | ${kind.checks.length} | ${percent(size)} | ${percent(over)} | ${inside} of ${kind.checks.length} |`;
}

function foretoldPart(rows: readonly Foretold[]): string {
  return `Logs that were looked for when the constants stood, with what Berth said of their KV cache before it knew them: the best sign of how far off it is where nobody has measured.
What they showed to be missing has gone into the laws since, but for three that are under [not compared](#not-compared), so "now" is a fit like the rows below. \`test/measured/boot-logs.jsonl\` has what was asked, and from where.

| | rows | median of the error's size | least | most | inside the bounds |
| --- | ---: | ---: | ---: | ---: | ---: |
${said(
  "then",
  rows.map(({ before }) => before),
)}
${said(
  "now",
  rows.map(({ now }) => now),
)}

| row | engine | cards | model | measured | then | error | inside | now | error | inside |
| --- | --- | --- | --- | ---: | ---: | ---: | --- | ---: | ---: | --- |
${rows.map(foretoldRow).join("\n")}`;
}

function foretoldRow({ id, gpu, model, before, now }: Foretold): string {
  const cells = (said: Said): readonly string[] => [
    shown(said.ours),
    percent(errorOf(said)),
    isInside(said) ? "yes" : "no",
  ];
  const row = [id, engineOf(id), gpu, model, shown(now.measured), ...cells(before), ...cells(now)];
  return `| ${row.join(" | ")} |`;
}

function said(name: string, rows: readonly Said[]): string {
  const errors = rows.map(errorOf).sort((a, b) => a - b);
  return `| ${name} | ${rows.length} | ${percent(median(errors.map(Math.abs)))} | ${percent(errors[0] ?? 0)} | ${percent(errors.at(-1) ?? 0)} | ${rows.filter(isInside).length} of ${rows.length} |`;
}

const isInside = ({ measured, low, high }: Said): boolean => low <= measured && measured <= high;

export const errorOf = ({ ours, measured }: Said): number => ours / measured - 1;

function summary(name: string, rows: readonly Compared[]): string {
  const errors = rows.map(errorOf).sort((a, b) => a - b);
  const sizes = errors.map(Math.abs);
  const bounded = rows.filter(({ low, high }) => high > low);
  const inside = bounded.filter(isInside);
  return `| ${name} | ${rows.length} | ${percent(median(sizes))} | ${percent(errors[0] ?? 0)} | ${percent(errors.at(-1) ?? 0)} | ${bounded.length === 0 ? "" : `${inside.length} of ${bounded.length}`} |`;
}

/** The value in the middle, or the mean of the two there. NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

function row(one: Compared): string {
  const { id, what, measured, ours, low, high } = one;
  const bounds = high > low ? `${shown(low)} to ${shown(high)}` : "";
  return `| ${id} | ${what} | ${shown(measured)} | ${shown(ours)} | ${percent(errorOf(one))} | ${bounds} | ${one.fit ?? ""} |`;
}

/** The engine that a row's id begins with. */
export function engineOf(id: string): string {
  const [start = ""] = id.split("-");
  return { vllm: "vLLM", sgl: "SGLang", lcpp: "llama.cpp", llmd: "vLLM" }[start] ?? "TensorRT-LLM";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function shown(value: number): string {
  return value > BYTES
    ? `${(value / GIB).toFixed(2)} GiB`
    : Math.round(value).toLocaleString("en-US");
}
