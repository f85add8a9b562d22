import { stat } from "node:fs/promises";
import type { PlanDocument } from "@berth/core";
import {
  type CardTaken,
  type CardUse,
  cardsTaken,
  type LaunchedEngine,
  type LaunchUnit,
  notFree,
  unitDeployments,
} from "@berth/core/launch";
import { commandText } from "../print/command-text.ts";
import { cardUses } from "./card-uses.ts";
import type { OnEvent } from "./events.ts";
import type { Folders, StartedEngine } from "./keepers/keeper.ts";
import { engineProcesses, keeperOf } from "./keepers/registry.ts";
import { lastLine } from "./log-tail.ts";
import { settleMemory } from "./settle-memory.ts";
import { answers, waitUntilReady } from "./wait-until-ready.ts";

export interface LaunchPlace extends Folders {
  readonly plan: PlanDocument;
  readonly host: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

export interface ToLaunch {
  readonly engine: LaunchedEngine;
  /** All that Berth has started, this one included. */
  readonly engines: readonly LaunchedEngine[];
  /** Called as soon as there is a process, so that it can be told. */
  readonly onStarted: (found: Pick<LaunchedEngine, "pid" | "workers">) => Promise<void>;
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
/** An engine that is ready before needs no line of progress. */
const FIRST_LOOK_MS = 500;

/**
 * Starts one engine and waits until it answers: only where the memory that the plan counts on is free, and with an eye
 * on whoever else takes memory of its cards meanwhile. Its process is left as it is, whatever comes.
 */
export async function launchEngine(place: LaunchPlace, toLaunch: ToLaunch): Promise<Launched> {
  const { onEvent } = place;
  const { engine } = toLaunch;
  const refusal = await refusalOf(place, engine);
  if (refusal !== undefined) {
    return { is: "refused", reason: refusal };
  }
  const { before, problems } = await lookBefore(place, toLaunch);
  if (problems.length > 0) {
    return { is: "refused", reason: problems.join("; ") };
  }
  const keeper = keeperOf(engine);
  const { ended, workers } = await started(place, toLaunch);
  const watch = new CardWatch(place, toLaunch, before);
  const readiness = await waitUntilReady({
    url: readyUrl(engine),
    ended,
    pollMs: keeper.pollMs,
    timeoutMs: place.timeoutMs,
    signal: place.signal,
    onWait: (elapsedMs) => watch.look(elapsedMs),
  });
  await keeper.saveLog(engine);
  switch (readiness.is) {
    case "ready": {
      onEvent({ event: "ready", engine: engine.name, elapsedMs: readiness.elapsedMs });
      const after = await watch.now();
      if (workers !== undefined) {
        await toLaunch.onStarted({ workers: await workers() });
      }
      return {
        is: "ready",
        taken: unitDeployments(engine).flatMap((one) => cardsTaken(one, before, after)),
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

/** The cards before a start, and what is missing there: asked again where somebody may have ended a moment ago. */
async function lookBefore(
  { plan, host }: LaunchPlace,
  toLaunch: ToLaunch,
): Promise<{ readonly before: readonly CardUse[]; readonly problems: readonly string[] }> {
  const first = await cardUses(plan, host);
  if ((await shortages(toLaunch, first)).length === 0) {
    return { before: first, problems: [] };
  }
  await settleMemory(plan, host);
  const before = await cardUses(plan, host);
  return { before, problems: await shortages(toLaunch, before) };
}

/** Cards without the memory that the plan counts on, as sentences. */
async function shortages(
  { engine, engines }: ToLaunch,
  cards: readonly CardUse[],
): Promise<readonly string[]> {
  const all = (ours: ReadonlyMap<number, string>): readonly string[] =>
    unitDeployments(engine).flatMap((deployment) =>
      notFree(deployment, cards, ({ pid }) => ours.has(pid)),
    );
  // whose processes they are is asked only where it matters
  return all(new Map()).length === 0 ? [] : all(await engineProcesses(engines));
}

async function refusalOf(place: LaunchPlace, engine: LaunchedEngine): Promise<string | undefined> {
  return (await answers(readyUrl(engine)))
    ? `port ${engine.port} answers already: something else runs there`
    : keeperOf(engine).refusal(engine, place);
}

export function readyUrl({ port, readyPath }: Pick<LaunchUnit, "port" | "readyPath">): string {
  return `http://127.0.0.1:${port}${readyPath}`;
}

async function started(
  place: LaunchPlace,
  { engine, onStarted }: ToLaunch,
): Promise<StartedEngine> {
  const keeper = keeperOf(engine);
  const onStarting = (): void =>
    place.onEvent({
      event: "starting",
      engine: engine.name,
      gpus: engineCards(engine),
      command: keeper.commands(engine, place).map(commandText).join("\n"),
      log: engine.log,
    });
  return keeper.start({ ...place, engine, onStarting, onStarted });
}

/** All cards of what one step starts, each once. */
export function engineCards(engine: LaunchedEngine): readonly string[] {
  return [...new Set(unitDeployments(engine).flatMap(({ gpus }) => gpus))];
}

/** Looks at an engine's cards while it loads. */
class CardWatch {
  readonly #place: LaunchPlace;
  readonly #engine: ToLaunch;
  readonly #known: Set<number>;
  readonly #intruders = new Map<number, string>();
  #nextLook = Date.now() + FIRST_LOOK_MS;

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
    if (Date.now() < this.#nextLook) {
      return;
    }
    this.#nextLook = Date.now() + LOOK_MS;
    const { engine } = this.#engine;
    const cards = await this.now();
    await keeperOf(engine).saveLog(engine);
    const stage = await lastLine(engine.log);
    this.#place.onEvent({ event: "loading", engine: engine.name, elapsedMs, stage, cards });
  }

  /** The engine's cards as they are now. */
  async now(): Promise<readonly CardUse[]> {
    const { engine, engines } = this.#engine;
    const uses = await cardUses(this.#place.plan, this.#place.host);
    const own = engineCards(engine);
    const cards = uses.filter(({ gpu }) => own.includes(gpu));
    const came = cards.flatMap(({ gpu, holders }) =>
      holders.filter(({ pid }) => !this.#known.has(pid)).map((holder) => ({ gpu, ...holder })),
    );
    const ours = came.length === 0 ? new Map<number, string>() : await engineProcesses(engines);
    for (const { gpu, pid, name } of came) {
      if (ours.has(pid)) {
        this.#known.add(pid);
      } else if (await isThere(pid)) {
        this.#intruders.set(
          pid,
          `${name} (process ${pid}) came to ${gpu} while ${engine.name} was starting`,
        );
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
