import { join } from "node:path";
import { InputError, type PlanDocument } from "@berth/core";
import { beyondPlan, type LaunchedEngine, unitDeployments } from "@berth/core/launch";
import {
  type CalibrationDocument,
  calibrate,
  compareWithPlan,
  withCalibration,
} from "@berth/core/verify";
import { calibrationOf, writeCalibration } from "../io/calibration-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { writePlan } from "../io/write-plan.ts";
import type { OnEvent } from "../launch/events.ts";
import type { NextPlan } from "../launch/launch-plan.ts";
import { namedLogs } from "../launch/log-report.ts";
import { type LaunchWish, launchBundle, writeLaunchBundle } from "./launch-bundle.ts";
import { solveFleet } from "./solve-fleet.ts";

/** What another plan is made of, beside what runs. */
export interface ReplanRequest extends LaunchWish {
  /** The fleet file that the plan is of, and where its inventory is from if not from itself. */
  readonly fleet: string;
  readonly sources: readonly string[];
  /** The calibration that the plan was made with; what it corrects stays as it is there. */
  readonly calibration: string | undefined;
  /** Where a launch keeps its files. */
  readonly folder: string;
  readonly bundle: string;
  readonly onEvent: OnEvent;
}

/**
 * A plan of the fleet file around the engines that run, which stay where they are: it counts with what their logs say
 * of terms, and with what they hold beyond the plan. Its files are written in place of the other plan's. Undefined,
 * after it was said why, where a model would have no place or lies on another host.
 */
export async function replanLaunch(
  request: ReplanRequest,
  { plan, running }: { readonly plan: PlanDocument; readonly running: readonly LaunchedEngine[] },
  terminal: Terminal,
): Promise<NextPlan | undefined> {
  const { folder, bundle, onEvent } = request;
  const measured = await measuredOf(plan, running);
  const calibration = join(folder, "calibration.json");
  await writeCalibration(calibration, folder, measured);
  const beyond = beyondPlan(running);
  const next = await solveFleet(
    {
      fleet: request.fleet,
      sources: request.sources,
      topology: undefined,
      from: {
        plan: { ...plan, deployments: running.flatMap(unitDeployments) },
        moveCost: Number.POSITIVE_INFINITY,
        beyond,
      },
      calibrate: await bothCalibrations(request, { calibration, measured }, terminal),
    },
    terminal,
  );
  const made = launchBundle(next, request, running);
  const reason = whyNot(next, request.host) ?? (made.ok ? undefined : made.reasons.join("; "));
  if (reason !== undefined || !made.ok) {
    onEvent({ event: "not-replanned", reason: reason ?? "" });
    return undefined;
  }
  const file = join(folder, "plan.json");
  await writePlan({ name: file, folder, isForced: false }, next);
  await writeLaunchBundle(bundle, made);
  onEvent({
    event: "replanned",
    plan: next,
    file,
    corrections: measured.corrections.length,
    calibration,
    beyond: Object.fromEntries(beyond),
  });
  return { plan: next, units: made.units };
}

/** Corrections by what the logs of these engines say. */
async function measuredOf(
  plan: PlanDocument,
  running: readonly LaunchedEngine[],
): Promise<CalibrationDocument> {
  const logs = (await Promise.all(running.map(namedLogs))).flat();
  const deployments = running.flatMap(unitDeployments);
  return calibrate([compareWithPlan({ ...plan, deployments }, { logs })]);
}

/** A file of many runs says more than this one: what it corrects is left to it. */
async function bothCalibrations(
  { calibration: given }: ReplanRequest,
  {
    calibration,
    measured,
  }: { readonly calibration: string; readonly measured: CalibrationDocument },
  terminal: Terminal,
): Promise<ReturnType<typeof withCalibration>> {
  const own = withCalibration(calibration, measured);
  const known = await calibrationOf(given, terminal.cwd);
  return known === undefined
    ? own
    : (engine, version) => {
        const [now, before] = [own(engine, version), known(engine, version)];
        return { ...before, corrections: { ...now.corrections, ...before.corrections } };
      };
}

/** Why a launch on this host can't go on with a plan; undefined where it can. */
function whyNot({ unplaced, deployments, gpus }: PlanDocument, host: string): string | undefined {
  const [homeless] = unplaced;
  if (homeless !== undefined) {
    const [reason] = homeless.reasons;
    return `${homeless.model} would have no place${reason === undefined ? "" : `: ${reason.text}`}`;
  }
  const away = deployments.find((deployment) =>
    gpus.some(({ id, host: at }) => deployment.gpus.includes(id) && at !== host),
  );
  return away === undefined ? undefined : `${away.model} would lie on another host than ${host}`;
}

/** Throws an InputError where a plan uses more hosts than the one that a launch re-plans. */
export function refuseSeveralHosts(file: string, { gpus }: PlanDocument): void {
  const hosts = new Set(
    gpus.filter(({ plannedBytes }) => plannedBytes > 0).map(({ host }) => host),
  );
  if (hosts.size > 1) {
    throw new InputError(
      { file },
      `expected a plan of one host for --on-departure replan, got one of ${hosts.size}`,
    );
  }
}
