// tsx scripts/bench-start.ts [--write] [--checkout]: how long the command line takes from its start to its end, and the memory that it
// takes: as installed from its tarballs (which needs the npm registry) and as ./berth of a checkout. Runs are interleaved, so
// that other work on the machine slows all rows alike. Exits 1 where a median is above its budget by the clock and in CPU time;
// above it by the clock alone is BUSY. --checkout leaves the tarballs out.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { giveTable, markdownTable, median, ROOT, spread } from "./bench-tables.ts";
import { installPacked, packAll } from "./packed.mjs";

const RUNS = 11;
const BUDGET_MS = { help: 150, plan: 600 };
const MEBIBYTE_KIB = 1024;

/** Says on its way out how many KiB the process held. */
const REPORT = `import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(process.env.BERTH_BENCH_REPORT, String(process.resourceUsage().maxRSS)));`;

interface Row {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly budget?: number;
  /** Milliseconds. */
  readonly wall: number[];
  readonly cpu: number[];
  readonly memory: number[];
}

const args = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "berth-bench-"));
try {
  const rows = [
    row("Node alone", process.execPath, ["-e", "0"]),
    ...(await installedRows()),
    ...checkoutRows(),
  ];
  for (const { command, args: own, memory } of rows) {
    memory.push(memoryOf(command, own)); // the first run may build, and warms the disk's cache
  }
  for (let run = 0; run < RUNS; run += 1) {
    for (const { command, args: own, wall, cpu } of rows) {
      const took = timed(command, own);
      wall.push(took.wall);
      cpu.push(took.cpu);
    }
  }
  giveTable("start", tableOf(rows), args);
  process.exitCode = rows.some((one) => markOf(one) === "SLOW") ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function row(name: string, command: string, own: readonly string[], budget?: number): Row {
  const measured = { wall: [], cpu: [], memory: [] };
  return { name, command, args: own, ...measured, ...(budget === undefined ? {} : { budget }) };
}

/** The command lines that are looked at; the example that the README begins with has a budget. */
function rowsOf(how: string, command: string, before: readonly string[]): readonly Row[] {
  const examples = readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".yaml"));
  return [
    row(`\`berth --help\`, ${how}`, command, [...before, "--help"], BUDGET_MS.help),
    ...examples.map((name) =>
      row(
        `\`berth plan examples/${name}\`, ${how}`,
        command,
        [...before, "plan", `examples/${name}`],
        name === "mixed-fleet.yaml" ? BUDGET_MS.plan : undefined,
      ),
    ),
  ];
}

function checkoutRows(): readonly Row[] {
  return rowsOf("checkout", join(ROOT, "berth"), []);
}

async function installedRows(): Promise<readonly Row[]> {
  if (args.includes("--checkout")) {
    return [];
  }
  const app = await installPacked(await packAll(ROOT, join(work, "packed")), join(work, "app"));
  return rowsOf("installed", process.execPath, [join(app, "node_modules/@berth/cli/dist/bin.js")]);
}

/** Milliseconds by the clock and of processor time. */
function timed(
  command: string,
  own: readonly string[],
): { readonly wall: number; readonly cpu: number } {
  const script = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null';
  const begun = performance.now();
  const said = run("bash", ["-c", script, "bash", command, ...own]);
  const wall = performance.now() - begun;
  const [user = 0, system = 0] = (said.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { wall, cpu: 1000 * (user + system) };
}

/** The most memory that it held at once, in MiB. */
function memoryOf(command: string, own: readonly string[]): number {
  const report = join(work, "report.json");
  run(command, own, {
    BERTH_BENCH_REPORT: report,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(REPORT)}`,
  });
  return JSON.parse(readFileSync(report, "utf8")) / MEBIBYTE_KIB;
}

/** What was said on stderr; ends the bench where berth says anything but yes (0) or no (1). */
function run(command: string, own: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stderr } = spawnSync(command, own, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  if (status !== 0 && status !== 1) {
    throw new Error(`${command} ${own.join(" ")} exited with ${status}: ${stderr}`);
  }
  return stderr;
}

function markOf({ budget = Number.POSITIVE_INFINITY, wall, cpu }: Row): string {
  if (median(wall) <= budget) {
    return budget === Number.POSITIVE_INFINITY ? "" : "kept";
  }
  return median(cpu) > budget ? "SLOW" : "BUSY";
}

function tableOf(rows: readonly Row[]): string {
  return markdownTable(
    ["command", "milliseconds", "CPU milliseconds", "memory, MiB", "budget, milliseconds"],
    rows.map((one) => [
      one.name,
      spread(one.wall),
      spread(one.cpu),
      spread(one.memory),
      one.budget === undefined ? "" : `${one.budget}: ${markOf(one)}`,
    ]),
  );
}
