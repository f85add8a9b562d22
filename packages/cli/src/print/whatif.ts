import { formatCount } from "@berth/core";
import type {
  FleetState,
  ModelState,
  Purchase,
  ReplicaLayout,
  WhatIfDocument,
} from "@berth/core/changes";
import { rate, share } from "./capacity-numbers.ts";
import { cardRanges } from "./card-ranges.ts";
import { type Look, paint } from "./look.ts";
import { type Column, printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

/** What changes for the fleet and for each model, and the cards to buy, best first. */
export function printWhatIf(document: WhatIfDocument, look: Look): string {
  const { changes, buy, warnings } = document;
  const parts: readonly (readonly [title: string, text: string])[] = [
    ...(changes.length === 0
      ? []
      : ([
          [changes.map(changeText).join(", "), printFleet(document, look)],
          ["Models", printModels(document, look)],
        ] as const)),
    ...(buy === undefined ? [] : [["Which card first", printBuy(document, buy, look)] as const]),
  ];
  return [
    ...parts.map(([title, text]) => `${paint(look, "bold", title)}\n${text}`),
    ...(warnings.length === 0
      ? []
      : [warnings.map((one) => `${paint(look, "yellow", "note:")} ${one}\n`).join("")]),
  ].join("\n");
}

function changeText(change: WhatIfDocument["changes"][number]): string {
  switch (change.kind) {
    case "add":
      return `${change.count} ${change.gpu} more${change.host === undefined ? "" : ` in ${change.host}`}`;
    case "remove":
      return `without ${change.id}`;
    case "swap":
      return `${change.gpu} for ${change.id}`;
    case "scale-rate":
      return `rates times ${change.times}`;
    default:
      return change satisfies never;
  }
}

const right = (title: string): Column => ({ title, align: "right" });

function printFleet({ before, after, models }: WhatIfDocument, look: Look): string {
  const rows = FLEET_ROWS.map(({ title, of }) => [title, of(before), of(after)]).filter(
    ([, old, now]) => old !== "-" || now !== "-",
  );
  const lost = models.filter((one) => one.before !== undefined && one.after === undefined);
  const found = models.filter((one) => one.before === undefined && one.after !== undefined);
  return [
    printTable([{ title: "the fleet" }, right("before"), right("after")], rows, look),
    ...lost.map(({ model }) => `  ${paint(look, "red", `${model} has no place any more`)}\n`),
    ...found.map(({ model }) => `  ${paint(look, "green", `${model} has a place now`)}\n`),
    ...(after.notOutlived ?? []).map(({ model, text }) =>
      wrap(`${model}: ${text}`, "  ", look.width),
    ),
  ].join("");
}

const FLEET_ROWS: readonly { readonly title: string; readonly of: (one: FleetState) => string }[] =
  [
    { title: "cards", of: ({ cards }) => formatCount(cards) },
    {
      title: "models placed",
      of: ({ placed, unplaced }) => `${placed} of ${placed + unplaced.length}`,
    },
    {
      title: "the worst-served of all gets of its wish",
      of: ({ worstShare }) => share(worstShare),
    },
    { title: "sequences at once", of: ({ sequences }) => formatCount(sequences) },
    { title: "KV cache, tokens", of: ({ kvTokens }) => formatCount(kvTokens) },
    {
      title: "output tokens/s at most",
      of: ({ mostTokensPerSecond: most }) => (most === undefined ? "-" : rate(most)),
    },
    {
      title: "models served at their rate",
      of: ({ served }) => (served === undefined ? "-" : String(served)),
    },
    {
      title: "targets met",
      of: ({ targets, targetsMet }) =>
        targets === undefined ? "-" : `${targetsMet ?? 0} of ${targets}`,
    },
    {
      title: "cost of a million tokens",
      of: ({ costPerMillionTokens: cost }) => (cost === undefined ? "-" : rate(cost)),
    },
    {
      title: "the search",
      of: ({ status }) => (status === "feasible" ? "ended at its limit" : "-"),
    },
    {
      title: "go on after a loss",
      of: ({ toOutlive, outlive }) =>
        toOutlive === undefined ? "-" : `${outlive ?? 0} of ${toOutlive}`,
    },
  ];

/** Two lines a model, before and after; one where nothing changes. */
function printModels({ models }: WhatIfDocument, look: Look): string {
  const columns = [...MODEL_COLUMNS, ...(look.width < WIDE ? [] : WIDE_COLUMNS)];
  const rows = models.flatMap(({ model, before, after }) => {
    const [then, now] = [cells(before, columns), cells(after, columns)];
    return then.join() === now.join()
      ? [[model, "as before", ...now]]
      : [
          [model, "before", ...then],
          ["", "after", ...now],
        ];
  });
  return printTable([{ title: "model" }, { title: "" }, ...columns], rows, look);
}

/** Where replicas run in several ways, each with its cards. */
function layoutText(
  { replicas, quantization, tp, pp, cards }: ReplicaLayout,
  isOneOfSeveral: boolean,
): string {
  const kinds = cards.map(({ gpu, count }) => `${count} ${gpu}`).join(" + ");
  const times = replicas > 1 || isOneOfSeveral ? `${replicas} × ` : "";
  return `${times}${quantization} tp ${tp} pp ${pp}${isOneOfSeveral ? ` on ${kinds}` : ""}`;
}

interface StateColumn extends Column {
  readonly of: (state: ModelState) => string;
}

const MODEL_COLUMNS: readonly StateColumn[] = [
  {
    title: "runs as",
    of: ({ layouts }) => layouts.map((one) => layoutText(one, layouts.length > 1)).join(", "),
  },
  { ...right("sequences"), of: ({ sequences }) => formatCount(sequences) },
  { ...right("KV tokens"), of: ({ kvTokens }) => formatCount(kvTokens) },
  {
    ...right("tokens/s"),
    of: ({ mostTokensPerSecond: most }) => (most === undefined ? "-" : rate(most)),
  },
];
/** What there is no room for on a narrow terminal. */
const WIDE_COLUMNS: readonly StateColumn[] = [
  { title: "targets", of: targetText },
  { title: "cards", of: ({ gpus }) => cardRanges(gpus) },
];
const WIDE = 100;

function cells(state: ModelState | undefined, columns: readonly StateColumn[]): readonly string[] {
  return state === undefined
    ? columns.map((_, i) => (i === 0 ? "no place" : ""))
    : columns.map(({ of }) => of(state));
}

function targetText({ isServed, targets, targetsMet }: ModelState): string {
  if (isServed === false) {
    return "not served";
  }
  return targets === undefined ? "-" : `${targetsMet ?? 0} of ${targets}`;
}

function printBuy(
  { after, withoutBuying }: WhatIfDocument,
  buy: readonly Purchase[],
  look: Look,
): string {
  const without = withoutBuying?.state ?? after;
  const hasPrices = buy.some(({ perHour }) => perHour !== undefined);
  const columns = [
    right(""),
    { title: "one more" },
    { title: "brings" },
    right("models"),
    right("share"),
    right("sequences"),
    right("tokens/s"),
    right("targets"),
    right("W"),
    ...(hasPrices ? [right("an hour")] : []),
  ];
  const rows = buy.map((one, i) => [
    one.brings === "nothing" ? "-" : String(i + 1),
    one.gpu,
    broughtText(without, one),
    ...stateCells(one.state),
    formatCount(one.watts),
    ...(hasPrices ? [one.perHour === undefined ? "-" : String(one.perHour)] : []),
  ]);
  const none = ["", "none", "", ...stateCells(without), "", ...(hasPrices ? [""] : [])];
  return `${printTable(columns, [...rows, none], look)}${verdict(buy)}${
    withoutBuying === undefined ? "" : wrap(sizesText(withoutBuying), "  ", look.width)
  }`;
}

/** Which sizes the cards that are there carry too. */
function sizesText({ sizes }: Required<WhatIfDocument>["withoutBuying"]): string {
  const each = sizes.map(
    ({ model, replicas, sequences }) =>
      `${model} with ${formatCount(sequences)} sequences in ${replicas} ${replicas === 1 ? "replica" : "replicas"}`,
  );
  return `The cards that are there carry ${each.join(", ")} too: that gain is no card's, and counts for none.`;
}

function stateCells(state: FleetState): readonly string[] {
  const { placed, worstShare, sequences, mostTokensPerSecond, targets, targetsMet } = state;
  return [
    String(placed),
    share(worstShare),
    formatCount(sequences),
    mostTokensPerSecond === undefined ? "-" : rate(mostTokensPerSecond),
    targets === undefined ? "-" : `${targetsMet ?? 0}/${targets}`,
  ];
}

function broughtText(without: FleetState, { brings, state }: Purchase): string {
  switch (brings) {
    case "models":
      return `a place for ${without.unplaced.filter((model) => !state.unplaced.includes(model)).join(", ")}`;
    case "served":
      return "more models served";
    case "targets":
      return "more targets met";
    case "share":
      return "more for the worst-served";
    case "tokens":
      return "more tokens a second";
    case "sequences":
      return "more sequences";
    case "nothing":
      return "nothing";
    default:
      return brings satisfies never;
  }
}

function verdict([best]: readonly Purchase[]): string {
  if (best === undefined || best.brings === "nothing") {
    return "  None of them brings this fleet anything.\n";
  }
  return `  Buy ${best.gpu} first, for ${best.host}.\n`;
}
