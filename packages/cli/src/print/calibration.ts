import { formatCount, formatGib } from "@berth/core";
import type { CalibrationDocument, CalibrationFault } from "@berth/core/verify";
import { type Look, paint } from "./look.ts";
import { printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

const RIGHT = { align: "right" } as const;

/** The corrections, and what no correction mends. */
export function printCalibration(document: CalibrationDocument, look: Look): string {
  const { reports, corrections, faults } = document;
  const from = reports === 1 ? "1 report" : `${reports} reports`;
  const table =
    corrections.length === 0
      ? "  no log of them measured an empirical term by itself\n"
      : printCorrections(document, look);
  const wrong = faults.map((fault) => wrap(`- ${faultText(fault)}`, "  ", look.width)).join("");
  return [
    `${paint(look, "bold", `Corrections from ${from}`)}\n${table}`,
    ...(wrong === ""
      ? []
      : [
          `${paint(look, "red", "Not corrected, since it follows from the model alone: look into it")}\n${wrong}`,
        ]),
  ].join("\n");
}

function printCorrections({ corrections }: CalibrationDocument, look: Look): string {
  const times = (factor: number): string => `× ${factor.toFixed(3)}`;
  return printTable(
    [
      { title: "engine" },
      { title: "card" },
      { title: "term" },
      { title: "runs", ...RIGHT },
      { title: "measured", ...RIGHT },
      { title: "least", ...RIGHT },
      { title: "most", ...RIGHT },
      { title: "prior runs", ...RIGHT },
      { title: "correction", ...RIGHT },
      { title: "bounds", ...RIGHT },
    ],
    corrections.map((one) => [
      `${one.engine} ${one.from} to ${one.before}`,
      one.computeCapability,
      one.term,
      formatCount(one.runs),
      times(one.measured),
      times(one.least),
      times(one.most),
      one.priorRuns.toFixed(1),
      `${times(one.factor)}${one.isLimited ? " (limited)" : ""}`,
      times(one.spread),
    ]),
    look,
  );
}

function faultText({ engine, version, id, planned, measured, unit }: CalibrationFault): string {
  const say = (value: number): string =>
    unit === "bytes" ? formatGib(value) : `${formatCount(value)} ${unit}`;
  return `${id} of ${engine} ${version}: ${say(measured)} measured, ${say(planned)} planned`;
}
