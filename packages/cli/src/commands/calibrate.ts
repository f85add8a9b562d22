import { resolve } from "node:path";
import {
  calibrate as calibrateReports,
  contributions,
  readVerifyDocument,
  type VerifyDocument,
} from "@berth/core/verify";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { writeCalibration } from "../io/calibration-file.ts";
import { readStream, readText } from "../io/read-text.ts";
import type { Terminal } from "../io/terminal.ts";
import { printCalibration } from "../print/calibration.ts";
import { UsageError } from "../usage-error.ts";

/** A report on 4,000 cards is below 50 MB. */
const MAX_REPORT_BYTES = 200_000_000;

export const calibrate: Command = {
  meta: {
    name: "calibrate",
    description: "From verified runs to local corrections of empirical terms, for later plans",
  },
  args: {
    report: {
      type: "positional",
      required: true,
      description: "what berth verify --json wrote (- is stdin); several, one a run",
    },
    out: {
      type: "string",
      valueHint: "FILE",
      description: "write the calibration, for berth plan --calibration FILE and berth estimate",
    },
    contribute: {
      type: "boolean",
      description:
        "print the measured numbers as JSON lines without hosts, UUIDs and paths, for test/measured",
    },
    json: JSON_FLAG,
  },
  repeatable: ["report"],
  examples: [
    "berth calibrate run1.json run2.json --out calibration.json",
    "berth plan fleet.yaml --calibration calibration.json",
    "berth calibrate run1.json --contribute",
  ],
  run: runCalibrate,
};

/** 1 where a number that follows from the model alone was outside its bounds: a fault, which no correction mends. */
async function runCalibrate(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const files = flags.texts("report");
  if (files.filter((file) => file === "-").length > 1) {
    throw new UsageError("stdin (-) can be read once only");
  }
  if (flags.isSet("contribute") && (flags.isSet("json") || flags.isSet("out"))) {
    throw new UsageError("--contribute goes with neither --json nor --out");
  }
  const reports: VerifyDocument[] = [];
  for (const file of files) {
    reports.push(readVerifyDocument(file, await readReport(file, terminal)));
  }
  if (flags.isSet("contribute")) {
    const rows = contributions(reports).map((row) => `${JSON.stringify(row)}\n`);
    await terminal.print(rows.join(""));
    return EXIT.done;
  }
  const document = calibrateReports(reports);
  await terminal.print(
    flags.isSet("json")
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : printCalibration(document, terminal),
  );
  const out = flags.text("out");
  if (out !== undefined) {
    await writeCalibration(out, terminal.cwd, document);
    terminal.remark(`wrote the calibration to ${out}`);
  }
  return document.faults.length === 0 ? EXIT.done : EXIT.no;
}

function readReport(file: string, terminal: Terminal): Promise<string> {
  return file === "-"
    ? readStream("stdin", terminal.stdin, MAX_REPORT_BYTES)
    : readText({ path: resolve(terminal.cwd, file), name: file, maxBytes: MAX_REPORT_BYTES });
}
