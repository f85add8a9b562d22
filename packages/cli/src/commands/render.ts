import { type PlanDocument, readPlanDocument } from "@berth/core";
import { listTargets } from "@berth/core/deploy";
import { listRouters } from "@berth/core/routers";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { printTable } from "../print/table.ts";
import { UsageError } from "../usage-error.ts";
import { DEPLOYMENT_FLAGS, deploymentRequest } from "./deployment-request.ts";
import { type DeploymentRequest, diffDeployment, writeDeployment } from "./write-deployment.ts";

export const render: Command = {
  meta: { name: "render", description: "A plan to the files that the launchers take" },
  args: {
    plan: {
      type: "positional",
      required: false,
      description: "what berth plan --json or --out wrote (- is stdin)",
    },
    out: { type: "string", valueHint: "DIR", description: "the folder to write" },
    ...DEPLOYMENT_FLAGS,
    diff: {
      type: "boolean",
      description:
        "print what would change in DIR, as git diff does, and write nothing; exits with 1 if anything",
    },
    json: JSON_FLAG,
  },
  repeatable: ["alias"],
  examples: [
    "berth render plan.json --out deployment/",
    "berth render plan.json --target trtllm-serve --router haproxy --out deployment/",
    "berth render plan.json --target triton-engine --triton-mode leader --out triton/",
    "berth render plan.json --target triton-llmapi --first-port 9000 --out triton/",
    "berth render plan.json --target kubernetes --kube-models-claim models --kube-runtime-class nvidia --out k8s/",
    "berth render next.json --out deployment/ --diff",
    "berth render --target list",
  ],
  run: runRender,
};

async function runRender(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.text("target") === "list") {
    await listAll({ key: "targets", rows: listTargets() }, { flags, terminal });
    return EXIT.done;
  }
  if (flags.text("router") === "list") {
    await listAll({ key: "routers", rows: listRouters() }, { flags, terminal });
    return EXIT.done;
  }
  const file = flags.text("plan");
  const name = flags.text("out");
  if (file === undefined || name === undefined) {
    throw new UsageError("expected PLAN and --out DIR; see berth render --help");
  }
  const request = deploymentRequest(flags, name);
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  return flags.isSet("diff")
    ? showDiff(plan, request, { flags, terminal })
    : write(plan, request, { flags, terminal });
}

interface Call {
  readonly flags: Flags;
  readonly terminal: Terminal;
}

async function write(
  plan: PlanDocument,
  request: DeploymentRequest,
  { flags, terminal }: Call,
): Promise<ExitCode> {
  const written = await writeDeployment(plan, request, terminal);
  if (written === undefined) {
    return EXIT.no;
  }
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(written, undefined, 2)}\n`);
  }
  return EXIT.done;
}

/** Exits as diff does: 0 where nothing differs, 1 where something does. */
async function showDiff(
  plan: PlanDocument,
  request: DeploymentRequest,
  { flags, terminal }: Call,
): Promise<ExitCode> {
  const document = await diffDeployment(plan, request, terminal);
  if (document === undefined) {
    return EXIT.no;
  }
  const { changes } = document;
  await terminal.print(
    flags.isSet("json")
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : changes.map(({ patch }) => patch).join(""),
  );
  const count = changes.length === 1 ? "1 file" : `${changes.length} files`;
  terminal.remark(changes.length === 0 ? "nothing would change" : `${count} would change`);
  return changes.length === 0 ? EXIT.done : EXIT.no;
}

interface Listing {
  readonly key: "targets" | "routers";
  readonly rows: readonly { readonly id: string; readonly description: string }[];
}

async function listAll({ key, rows }: Listing, { flags, terminal }: Call): Promise<void> {
  if (flags.isSet("json")) {
    const document = { schema: `berth/${key}@1`, [key]: rows };
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const head = [{ title: key.slice(0, -1) }, { title: "what it is" }];
  const cells = rows.map(({ id, description }) => [id, description]);
  await terminal.print(printTable(head, cells, terminal));
}
