import {
  BUY_TITLE,
  buyTable,
  buyVerdict,
  changesText,
  fleetTable,
  modelTable,
  type PlaceSentence,
  placeSentences,
  sizesText,
  type TextTable,
  type WhatIfDocument,
} from "@berth/core/changes";
import { type Look, paint } from "./look.ts";
import { printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

/** What changes for the fleet and for each model, and the cards to buy, best first. */
export function printWhatIf(document: WhatIfDocument, look: Look): string {
  const { changes, buy, warnings } = document;
  const parts: readonly (readonly [title: string, text: string])[] = [
    ...(changes.length === 0
      ? []
      : ([
          [changesText(changes), printFleet(document, look)],
          ["Models", tableText(modelTable(document, { isWide: look.width >= WIDE }), look)],
        ] as const)),
    ...(buy === undefined ? [] : [[BUY_TITLE, printBuy(document, look)] as const]),
  ];
  return [
    ...parts.map(([title, text]) => `${paint(look, "bold", title)}\n${text}`),
    ...(warnings.length === 0
      ? []
      : [warnings.map((one) => `${paint(look, "yellow", "note:")} ${one}\n`).join("")]),
  ].join("\n");
}

/** Columns from which on models have their targets and cards beside them. */
const WIDE = 100;

function tableText({ columns, rows }: TextTable, look: Look): string {
  return printTable(
    columns.map(({ title, isNumber }) => ({ title, align: isNumber ? "right" : "left" })),
    rows,
    look,
  );
}

function printFleet(document: WhatIfDocument, look: Look): string {
  return [
    tableText(fleetTable(document), look),
    ...placeSentences(document).map((one) => sentence(one, look)),
  ].join("");
}

function sentence({ kind, text }: PlaceSentence, look: Look): string {
  switch (kind) {
    case "lost":
      return `  ${paint(look, "red", text)}\n`;
    case "found":
      return `  ${paint(look, "green", text)}\n`;
    case "mortal":
      return wrap(text, "  ", look.width);
    default:
      return kind satisfies never;
  }
}

function printBuy(document: WhatIfDocument, look: Look): string {
  const sizes = sizesText(document);
  return `${tableText(buyTable(document), look)}  ${buyVerdict(document)}\n${
    sizes === undefined ? "" : wrap(sizes, "  ", look.width)
  }`;
}
