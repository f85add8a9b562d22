// A box without cards (test/fake-box) that holds what a plan counts on.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PlanDocument, PlanRank } from "../../packages/core/src/documents/plan-document.ts";

const MIB = 2 ** 20;
const PROGRAMS = join(dirname(dirname(fileURLToPath(import.meta.url))), "fake-box", "bin");

/** How the engine on a port misbehaves; test/fake-box/README.md says what each does. */
export type Faults = Readonly<Record<number, { readonly kind: string; readonly extraMiB?: number; readonly delayMs?: number }>>;

export interface FakeBox {
  readonly folder: string;
  /** What a program needs in its environment to live in the box. */
  readonly environment: Readonly<Record<string, string>>;
  readonly setFaults: (faults: Faults) => void;
  readonly remove: () => void;
}

/** A box with a plan's cards, on which every model takes what the plan takes for its most likely need. */
export function fakeBox(plan: PlanDocument): FakeBox {
  const folder = mkdtempSync(join(tmpdir(), "berth-box-"));
  const write = (faults: Faults): void =>
    writeFileSync(join(folder, "box.json"), JSON.stringify({ ...boxOf(plan), faults }));
  write({});
  chmodSync(folder, 0o700);
  return {
    folder,
    environment: {
      FAKE_BOX: folder,
      PATH: `${PROGRAMS}${delimiter}${process.env["PATH"] ?? ""}`,
      XDG_STATE_HOME: join(folder, "state"),
    },
    setFaults: write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function boxOf(plan: PlanDocument): unknown {
  return {
    cards: plan.gpus.map((gpu) => ({
      uuid: gpu.uuid,
      name: gpu.name,
      busId: `00000000:${String(gpu.index + 1).padStart(2, "0")}:00.0`,
      totalMiB: Math.floor(gpu.memoryBytes / MIB),
      reservedMiB: 0,
    })),
    models: Object.fromEntries(
      plan.deployments.map(({ source, ranks: [rank] }) => [source, modelOf(rank)]),
    ),
  };
}

function modelOf(rank: PlanRank | undefined): unknown {
  const mib = (...ids: readonly string[]): number =>
    (rank?.terms ?? [])
      .filter(({ id }) => ids.includes(id))
      .reduce((sum, { bytes }) => sum + bytes / MIB, 0);
  return {
    weightsMiB: mib("weights"),
    activationsMiB: mib("activations"),
    contextMiB: mib("context", "runtime", "graphs", "communication"),
    kvBytesPerToken: rank?.kv.bytesPerToken,
  };
}
