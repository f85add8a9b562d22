import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { lookForCards } from "../doctor/cards.ts";
import { lookAtNode, lookAtStateFolder, lookAtVariables } from "../doctor/environment.ts";
import type { Finding } from "../doctor/finding.ts";
import { lookForPrograms } from "../doctor/programs.ts";
import { lookForTensors } from "../doctor/tensors.ts";
import type { DoctorDocument } from "../documents/doctor-schema.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { printTable } from "../print/table.ts";

export const doctor: Command = {
  meta: {
    name: "doctor",
    description: "What of Berth's surroundings is there on this machine, and what that means",
  },
  args: { json: JSON_FLAG },
  examples: ["berth doctor", "berth doctor --json"],
  run: runDoctor,
};

/** 0 where nothing is broken: what is missing may not be needed. */
async function runDoctor(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const findings = [
    lookAtNode(process.versions.node),
    ...(await lookForCards(terminal)),
    ...(await lookForPrograms(process.env["PATH"] ?? "")),
    await lookAtStateFolder(),
    await lookForTensors(),
    ...lookAtVariables(process.env),
  ];
  const problems = findings.filter(({ state }) => state === "problem");
  if (flags.isSet("json")) {
    const document: DoctorDocument = { schema: "berth/doctor@1", findings };
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    await terminal.print(doctorText(findings, terminal));
  }
  return problems.length === 0 ? EXIT.done : EXIT.no;
}

function doctorText(findings: readonly Finding[], terminal: Terminal): string {
  const rows = findings.map(({ id, state, found, means }) => [
    id,
    state,
    state === "missing" ? means : `${found}: ${means}`,
  ]);
  const columns = [{ title: "what" }, { title: "is" }, { title: "found, and what it means" }];
  return printTable(columns, rows, terminal);
}
