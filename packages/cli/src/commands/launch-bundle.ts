import type { PlanDocument } from "@berth/core";
import { bundleParts, renderBundle } from "@berth/core/bundle";
import type { Artifact, RenderOptions, TargetId } from "@berth/core/deploy";
import {
  type LaunchedEngine,
  type LaunchUnit,
  launchRefusals,
  launchUnits,
} from "@berth/core/launch";
import { writeArtifacts } from "../io/write-artifacts.ts";
import { prepare } from "../launch/prepare.ts";

/** How a plan is started on a host. */
export interface LaunchWish {
  readonly host: string;
  /** Undefined for the target of each engine. */
  readonly target: TargetId | undefined;
  readonly options: RenderOptions;
}

/** The files and servers that a launch of a plan needs, or why it can't start it. */
export type LaunchBundle =
  | {
      readonly ok: true;
      readonly artifacts: readonly Artifact[];
      readonly units: readonly LaunchUnit[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Engines that run keep their ports, wherever they come in the start order now. */
export function launchBundle(
  plan: PlanDocument,
  { host, target, options }: LaunchWish,
  running: readonly LaunchedEngine[],
): LaunchBundle {
  const keptPorts = new Map(running.map((engine) => [serverName(engine), engine.port]));
  const wish = { target, options: { ...options, keptPorts }, router: undefined };
  const parts = bundleParts(plan, wish);
  const bundle = renderBundle(plan, wish);
  if (!bundle.ok) {
    return bundle;
  }
  const reasons = launchRefusals(parts, host);
  return reasons.length > 0
    ? { ok: false, reasons }
    : { ok: true, artifacts: bundle.artifacts, units: launchUnits(parts, host) };
}

/** What listens on its port: itself, or the server that loaded it. */
function serverName({ name, start }: LaunchedEngine): string {
  return start.by === "load" ? start.server.name : name;
}

/** Writes the files where a launch keeps them, and runs what must have run before its servers. */
export async function writeLaunchBundle(
  folder: string,
  { artifacts, units }: Extract<LaunchBundle, { ok: true }>,
): Promise<void> {
  await writeArtifacts({ folder, name: folder, artifacts, isForced: true });
  await prepare(folder, units);
}
