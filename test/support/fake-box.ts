// A box without cards (test/fake-box) that holds what a plan counts on.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  PlanDeployment,
  PlanDocument,
  PlanGpu,
} from "../../packages/core/src/documents/plan-document.ts";

const MIB = 2 ** 20;
const REMOVALS = 20;
const PROGRAMS = join(dirname(dirname(fileURLToPath(import.meta.url))), "fake-box", "bin");

/** How the engine on a port, a model that a server there loads, or "nvidia-smi" misbehaves; test/fake-box/README.md says what each does. */
export type Faults = Readonly<
  Record<
    number | string,
    {
      readonly kind: string;
      readonly extraMiB?: number;
      readonly delayMs?: number;
      readonly term?: string;
    }
  >
>;

export interface FakeBox {
  readonly folder: string;
  /** What a program needs in its environment to live in the box. */
  readonly environment: Readonly<Record<string, string>>;
  readonly setFaults: (faults: Faults) => void;
  /** What the box's other tools are told, as the README says. */
  readonly setTools: (tools: Readonly<Record<string, unknown>>) => void;
  /** Lets a process hold so much of the first card. */
  readonly putHolder: (pid: number, name: string, mib: number) => void;
  /** What live processes hold of all cards. */
  readonly usedMiB: () => number;
  readonly remove: () => void;
}

/** A box with a plan's cards, on which every model takes what the plan takes for its most likely need. */
export function fakeBox(plan: PlanDocument): FakeBox {
  const folder = mkdtempSync(join(tmpdir(), "berth-box-"));
  let said: object = {};
  const write = (more: object): void => {
    said = { ...said, ...more };
    writeFileSync(join(folder, "box.json"), JSON.stringify({ ...boxOf(plan), ...said }));
  };
  write({});
  chmodSync(folder, 0o700);
  return {
    folder,
    environment: {
      FAKE_BOX: folder,
      PATH: `${PROGRAMS}${delimiter}${process.env["PATH"] ?? ""}`,
      XDG_STATE_HOME: join(folder, "state"),
    },
    setFaults: (faults) => write({ faults }),
    setTools: write,
    putHolder: (pid, name, mib) => {
      const held = join(folder, "held");
      mkdirSync(held, { recursive: true });
      const [card] = plan.gpus;
      const heldMiB = card === undefined ? {} : { [uuidOf(card)]: mib };
      writeFileSync(join(held, `${pid}.json`), JSON.stringify({ pid, name, heldMiB }));
    },
    usedMiB: () => usedIn(join(folder, "held")),
    remove: () => removeAll(folder),
  };
}

/** A job that ends writes so into the folder, also while that is removed; rmSync's own retries leave such a file. */
function removeAll(folder: string): void {
  for (let left = REMOVALS; left > 0 && existsSync(folder); left -= 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (left === 1) {
        throw error;
      }
    }
  }
}

function usedIn(folder: string): number {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => isAlive(file.slice(0, -".json".length)))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Held)
    .flatMap(({ heldMiB }) => Object.values(heldMiB))
    .reduce((sum, mib) => sum + mib, 0);
}

/** A process that has ended and that nobody has waited for holds nothing. */
function isAlive(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
  } catch {
    return false;
  }
}

interface Held {
  readonly heldMiB: Readonly<Record<string, number>>;
}

/** A plan of cards that nobody has seen yet knows no UUIDs; the box has one for each. */
function uuidOf({ uuid, index }: PlanGpu): string {
  return uuid ?? `GPU-${index}`;
}

function boxOf(plan: PlanDocument): Readonly<Record<string, unknown>> {
  const [host] = plan.hosts;
  return {
    driverVersion: host?.driverVersion,
    cudaVersion: host?.cudaVersion,
    cards: plan.gpus.map((gpu) => ({
      uuid: uuidOf(gpu),
      name: gpu.name.startsWith("NVIDIA") ? gpu.name : `NVIDIA ${gpu.name}`,
      busId: `00000000:${String(gpu.index + 1).padStart(2, "0")}:00.0`,
      totalMiB: Math.floor(gpu.memoryBytes / MIB),
      reservedMiB: 0,
    })),
    models: Object.fromEntries(
      plan.deployments.map((deployment) => [boxSource(deployment), modelOf(deployment)]),
    ),
  };
}

/** What the box calls a deployment's files: its source, or for llama.cpp the GGUF file that is to be made of it. */
export function boxSource({ engine, model, source }: PlanDeployment): string {
  return engine.id === "llama.cpp" ? `${model}.gguf` : source;
}

/** What each card of an engine takes; llama.cpp's stand-in deals out the layers of the whole model itself. */
function modelOf(deployment: PlanDeployment): unknown {
  const { engine, ranks, tokensPerBlock } = deployment;
  const [rank] = ranks;
  const mib = (...ids: readonly string[]): number => termsMiB(rank, ids);
  return {
    ...(engine.id === "llama.cpp" ? layersOf(deployment) : { weightsMiB: mib("weights") }),
    activationsMiB: mib("activations"),
    contextMiB: mib("context", "communication"),
    runtimeMiB: mib("runtime"),
    graphsMiB: mib("graphs"),
    decoderMiB: mib("decoder"),
    tokensPerBlock,
    kvBytesPerToken: (engine.id === "llama.cpp" ? ranks : ranks.slice(0, 1)).reduce(
      (sum, { kv }) => sum + kv.bytesPerToken,
      0,
    ),
  };
}

/** Layers of one size, and what the last card has beside its own. */
function layersOf({ ranks, stageLayers }: PlanDeployment): Readonly<Record<string, number>> {
  const layers = stageLayers.reduce((sum, count) => sum + count, 0);
  const all = ranks.reduce((sum, rank) => sum + termsMiB(rank, ["weights"]), 0);
  const [first] = ranks;
  const layerMiB =
    ranks.length > 1 ? termsMiB(first, ["weights"]) / (stageLayers[0] ?? 1) : all / (layers + 1);
  return { layers, layerMiB, outputMiB: all - layers * layerMiB };
}

function termsMiB(
  rank: PlanDeployment["ranks"][number] | undefined,
  ids: readonly string[],
): number {
  return (rank?.terms ?? [])
    .filter(({ id }) => ids.includes(id))
    .reduce((sum, { bytes }) => sum + bytes / MIB, 0);
}
