import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PlanDocument } from "@berth/core";
import {
  type CardTaken,
  type CardUse,
  cardsTaken,
  type LaunchUnit,
  notFree,
} from "@berth/core/launch";
import { startDetached } from "../io/start-detached.ts";
import { cardUses } from "./card-uses.ts";
import type { OnEvent } from "./events.ts";
import { lastLine } from "./log-tail.ts";
import { MARK, markedProcesses } from "./marked-processes.ts";
import { answers, waitUntilReady } from "./wait-until-ready.ts";

export interface LaunchPlace {
  readonly plan: PlanDocument;
  readonly host: string;
  /** Folder of the rendered bundle. */
  readonly bundle: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

export interface ToLaunch {
  readonly unit: LaunchUnit;
  readonly mark: string;
  readonly log: string;
  /** Marks of all engines that Berth has started, this one included. */
  readonly marks: readonly string[];
  /** Called as soon as there is a process, so that it can be found again whatever happens. */
  readonly onStarted: (pid: number) => Promise<void>;
}

export type Launched =
  | {
      readonly is: "ready";
      readonly taken: readonly CardTaken[];
      readonly intruders: readonly string[];
    }
  | { readonly is: "refused"; readonly reason: string }
  | { readonly is: "failed"; readonly reason: string }
  | { readonly is: "stopped" };

/** How often the cards are looked at while an engine loads; nvidia-smi takes a moment itself. */
const LOOK_MS = 2000;

/**
 * Starts one engine and waits until it answers: only where the memory that the plan counts on is free, and with an eye
 * on whoever else takes memory of its cards meanwhile. Its process is left as it is, whatever comes.
 */
export async function launchEngine(place: LaunchPlace, toLaunch: ToLaunch): Promise<Launched> {
  const { plan, host, onEvent } = place;
  const { unit, marks } = toLaunch;
  const url = readyUrl(unit);
  if (await answers(url)) {
    return {
      is: "refused",
      reason: `port ${unit.port} answers already: something else runs there`,
    };
  }
  const before = await cardUses(plan, host);
  const ours = await markedProcesses(marks);
  const problems = notFree(unit.deployment, before, ({ pid }) => ours.has(pid));
  if (problems.length > 0) {
    return { is: "refused", reason: problems.join("; ") };
  }
  const { ended } = await started(place, toLaunch);
  const watch = new CardWatch(place, toLaunch, before);
  const readiness = await waitUntilReady({
    url,
    ended,
    timeoutMs: place.timeoutMs,
    signal: place.signal,
    onWait: (elapsedMs) => watch.look(elapsedMs),
  });
  switch (readiness.is) {
    case "ready": {
      onEvent({ event: "ready", engine: unit.name, elapsedMs: readiness.elapsedMs });
      const after = await watch.now();
      return {
        is: "ready",
        taken: cardsTaken(unit.deployment, before, after),
        intruders: watch.intruders,
      };
    }
    case "ended":
      return { is: "failed", reason: `it ${readiness.how} before it was ready` };
    case "late":
      return {
        is: "failed",
        reason: `it was not ready after ${Math.round(place.timeoutMs / 1000)} s`,
      };
    case "stopped":
      return { is: "stopped" };
    default:
      return readiness satisfies never;
  }
}

export function readyUrl({ port, readyPath }: Pick<LaunchUnit, "port" | "readyPath">): string {
  return `http://127.0.0.1:${port}${readyPath}`;
}

async function started(
  { bundle, onEvent }: LaunchPlace,
  { unit, mark, log, onStarted }: ToLaunch,
): Promise<{ readonly ended: Promise<string> }> {
  await mkdir(dirname(log), { recursive: true });
  const { pid, ended } = await startDetached({
    command: "sh",
    args: [unit.script],
    folder: bundle,
    environment: { [MARK]: mark },
    log,
    what: unit.name,
  });
  await onStarted(pid);
  onEvent({
    event: "starting",
    engine: unit.name,
    gpus: unit.deployment.gpus,
    command: `sh ${join(bundle, unit.script)}`,
    log,
  });
  return { ended };
}

/** Looks at an engine's cards while it loads. */
class CardWatch {
  readonly #place: LaunchPlace;
  readonly #engine: ToLaunch;
  readonly #known: ReadonlySet<number>;
  readonly #intruders = new Map<number, string>();
  #looked = 0;

  constructor(place: LaunchPlace, engine: ToLaunch, before: readonly CardUse[]) {
    this.#place = place;
    this.#engine = engine;
    this.#known = new Set(before.flatMap(({ holders }) => holders.map(({ pid }) => pid)));
  }

  /** Processes that Berth did not start and that came to one of the cards since, as sentences. */
  get intruders(): readonly string[] {
    return [...this.#intruders.values()];
  }

  async look(elapsedMs: number): Promise<void> {
    if (Date.now() - this.#looked < LOOK_MS) {
      return;
    }
    this.#looked = Date.now();
    const { unit, log } = this.#engine;
    const cards = await this.now();
    const stage = await lastLine(log);
    this.#place.onEvent({ event: "loading", engine: unit.name, elapsedMs, stage, cards });
  }

  /** The engine's cards as they are now. */
  async now(): Promise<readonly CardUse[]> {
    const { unit, marks } = this.#engine;
    const uses = await cardUses(this.#place.plan, this.#place.host);
    const cards = uses.filter(({ gpu }) => unit.deployment.gpus.includes(gpu));
    const ours = await markedProcesses(marks);
    for (const { gpu, holders } of cards) {
      for (const { pid, name } of holders) {
        if (!this.#known.has(pid) && !ours.has(pid) && (await isThere(pid))) {
          this.#intruders.set(
            pid,
            `${name} (process ${pid}) came to ${gpu} while ${unit.name} was starting`,
          );
        }
      }
    }
    return cards;
  }
}

/** False for a process that has ended since nvidia-smi listed it, as an engine's short-lived helpers do. */
async function isThere(pid: number): Promise<boolean> {
  return stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );
}
