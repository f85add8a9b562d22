import type { PlanAlternative, PlanDocument } from "@berth/core";
import type { Look } from "./look.ts";
import { wrap } from "./wrap.ts";

/** Each next best plan: who runs otherwise, and what that gives and takes; nothing where none was asked for. */
export function printAlternatives({ alternatives }: PlanDocument, look: Look): string {
  if (alternatives === undefined) {
    return "";
  }
  return alternatives.length === 0
    ? "  There is no other that places as many models.\n"
    : alternatives.map((one, i) => printAlternative(one, i + 2, look)).join("");
}

/** The best plan is number 1. */
function printAlternative(
  { differs, trades }: PlanAlternative,
  number: number,
  look: Look,
): string {
  const indent = "     ";
  const lines = differs.map(({ model, best, instead }) =>
    wrap(`${model}: ${waysText(instead)} instead of ${waysText(best)}`, indent, look.width),
  );
  const traded = trades.map(
    ({ id, best, value }) => `${id} ${text(value)} instead of ${text(best)}`,
  );
  const sum = traded.length === 0 ? "as good at every stage" : traded.join(", ");
  return `${[...lines, wrap(sum, indent, look.width)].join("").replace(indent, `  ${number}. `)}`;
}

function waysText(ways: readonly string[]): string {
  const counts = [...new Set(ways)].map((way) => {
    const times = ways.filter((one) => one === way).length;
    return times === 1 ? way : `${times} × ${way}`;
  });
  return counts.length === 0 ? "no place" : counts.join(" and ");
}

function text(value: number): string {
  return String(Number(value.toFixed(4)));
}
