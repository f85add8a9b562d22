import { formatCount } from "@berth/core";
import type {
  Comparison,
  VerifiedDeployment,
  VerifiedRank,
  VerifyDocument,
} from "@berth/core/verify";
import { nameOf } from "@berth/core/verify";
import { printFailures } from "./failures.ts";
import { gib } from "./gib.ts";
import { type Look, paint } from "./look.ts";
import { printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

/** Card by card, then engine by engine in the plan's order: each number with its bounds, and what was not measured. */
export function printVerify(document: VerifyDocument, look: Look): string {
  const cards = document.gpus
    .filter(({ comparisons }) => comparisons.length > 0)
    .map(({ id, catalogId, comparisons }) => section(`${id}, ${catalogId}`, comparisons, look));
  const engines = document.deployments.flatMap((one) => printEngine(one, look));
  return [
    ...(cards.length === 0 ? [] : [`${paint(look, "bold", "Cards, in GiB")}\n${cards.join("\n")}`]),
    ...(engines.length === 0
      ? []
      : [`${paint(look, "bold", "Engines, bytes in GiB")}\n${engines.join("\n")}`]),
    ...(document.warnings.length === 0
      ? []
      : [
          `${paint(look, "bold", "Warnings")}\n${document.warnings.map((text) => wrap(text, "  ", look.width)).join("")}`,
        ]),
    `${paint(look, "bold", "Answer")}\n${answer(document, look)}`,
  ].join("\n");
}

function printEngine(deployment: VerifiedDeployment, look: Look): readonly string[] {
  const { engine, runningVersion } = deployment;
  const version =
    runningVersion === undefined ? engine.version : `${engine.version}, runs ${runningVersion}`;
  const ranks = deployment.ranks.flatMap((rank) => printRank(deployment, rank, version, look));
  const failures = printFailures(nameOf(deployment), deployment.failures, look);
  return [...ranks, ...(failures === "" ? [] : [failures])];
}

function printRank(
  deployment: VerifiedDeployment,
  { rank, gpu, comparisons, unmeasured }: VerifiedRank,
  version: string,
  look: Look,
): readonly string[] {
  const ofRank = deployment.ranks.length === 1 ? "" : `, rank ${rank}`;
  const title = `${nameOf(deployment)} on ${gpu}${ofRank} (${deployment.engine.id} ${version})`;
  if (comparisons.length === 0) {
    return [`  ${paint(look, "bold", title)}\n  nothing was measured\n`];
  }
  const rest = unmeasured.length === 0 ? "" : `  not measured: ${unmeasured.join(", ")}\n`;
  return [`${section(title, comparisons, look)}${rest}`];
}

const RIGHT = { align: "right" } as const;

function section(title: string, comparisons: readonly Comparison[], look: Look): string {
  const table = printTable(
    [
      { title: "number" },
      { title: "low", ...RIGHT },
      { title: "planned", ...RIGHT },
      { title: "high", ...RIGHT },
      { title: "measured", ...RIGHT },
      { title: "difference", ...RIGHT },
      { title: "" },
      { title: "from" },
    ],
    comparisons.map((comparison) => row(comparison, look)),
    look,
  );
  return `  ${paint(look, "bold", title)}\n${table}`;
}

function row(comparison: Comparison, look: Look): readonly string[] {
  const { id, low, planned, high, measured, difference, verdict, isHarmful, evidence } = comparison;
  const say = comparison.unit === "bytes" ? gib : formatCount;
  const color = isHarmful ? "red" : "yellow";
  const sign = difference > 0 ? "+" : "";
  return [
    id,
    say(low),
    say(planned),
    high === undefined ? "any" : say(high),
    say(measured),
    `${sign}${say(difference)}`,
    verdict === "inside" ? "inside" : paint(look, color, verdict),
    evidence.line === undefined ? evidence.name : `${evidence.name}:${evidence.line}`,
  ];
}

function answer({ measured, outside, holds, deployments }: VerifyDocument, look: Look): string {
  const failed = deployments.filter(({ failures }) => failures.length > 0).map(nameOf);
  const [numbers, are] =
    measured === 1 ? ["the one number", "is"] : [`all ${measured} numbers`, "are"];
  const lines = [
    ...(measured === 0 ? ["nothing of the plan was measured"] : []),
    ...(measured > 0 && outside === 0
      ? [`${numbers} that could be compared ${are} inside the plan's bounds`]
      : []),
    ...(outside > 0
      ? [
          measured === 1
            ? "the one number that could be compared is outside the plan's bounds"
            : `${outside} of ${measured} numbers that could be compared ${outside === 1 ? "is" : "are"} outside the plan's bounds`,
        ]
      : []),
    ...failed.map((name) => `${name} failed`),
  ];
  return lines.map((line) => `  ${paint(look, holds ? "green" : "red", line)}\n`).join("");
}
