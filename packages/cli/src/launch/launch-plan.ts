import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { PlanDeployment, PlanDocument } from "@berth/core";
import {
  isUnfit,
  type LaunchChanges,
  type LaunchedEngine,
  type LaunchUnit,
  type LoadingServer,
  launchChanges,
  unitDeployments,
} from "@berth/core/launch";
import { departures } from "./departures.ts";
import { diagnose } from "./diagnose.ts";
import type { OnEvent } from "./events.ts";
import { aliveMarks, keeperOf } from "./keepers/registry.ts";
import { KeptEngines } from "./kept-engines.ts";
import { knownEngines } from "./known-engines.ts";
import { type Launched, launchEngine } from "./launch-engine.ts";
import { settleMemory } from "./settle-memory.ts";

export interface LaunchRequest {
  readonly plan: PlanDocument;
  readonly host: string;
  readonly units: readonly LaunchUnit[];
  readonly folder: string;
  readonly bundle: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  /** What to do where an engine takes other memory than planned. */
  readonly onDeparture: (engine: string, sentences: readonly string[]) => Promise<DepartureAnswer>;
  /**
   * A plan around the engines of a plan that run now, with what was measured of them; undefined, after it was said why,
   * where there is none.
   */
  readonly replan: (
    plan: PlanDocument,
    running: readonly LaunchedEngine[],
  ) => Promise<NextPlan | undefined>;
  /** Leave what was started running when a later engine fails. */
  readonly isKept: boolean;
}

export type DepartureAnswer = "stop" | "continue" | "replan";

/** What a launch goes on with; its files are in the bundle. */
export type NextPlan = Pick<LaunchRequest, "plan" | "units">;

export type LaunchResult = "running" | "failed" | "stopped";

/** Brings a host from what runs there to what a plan wants there, one engine after another. */
export async function launchPlan(request: LaunchRequest): Promise<LaunchResult> {
  const { live, ended } = await knownEngines(request.folder);
  for (const engine of ended) {
    await keeperOf(engine).stop(engine, live);
  }
  return new Launch(request, live).run();
}

class Launch {
  readonly #request: LaunchRequest;
  readonly #engines: KeptEngines;
  /** Marks of what this call started, in order. */
  readonly #own: string[] = [];
  #next: NextPlan;

  constructor(request: LaunchRequest, running: readonly LaunchedEngine[]) {
    this.#request = request;
    this.#next = request;
    this.#engines = new KeptEngines(request, running);
  }

  async run(): Promise<LaunchResult> {
    try {
      const result = await this.#reachAny();
      if (result !== "running") {
        await this.#rollBack();
      }
      return result;
    } catch (error) {
      // a tool failed: what this call started is no use by itself
      await this.#rollBack();
      throw error;
    }
  }

  /** To the plan, or to another one wherever one is asked for; every one but the first starts one engine more. */
  async #reachAny(): Promise<LaunchResult> {
    const { replan, signal, units } = this.#request;
    for (let left = units.length; ; left -= 1) {
      const result = await this.#reach();
      if (result !== "departed") {
        return result;
      }
      const next = left > 0 ? await replan(this.#next.plan, this.#engines.all) : undefined;
      if (next === undefined || signal.aborted) {
        return signal.aborted ? "stopped" : "failed";
      }
      this.#next = next;
    }
  }

  /** The stops and starts that lead from what runs to the plan; "departed" where another plan is asked for. */
  async #reach(): Promise<LaunchResult | "departed"> {
    const { onEvent } = this.#request;
    await this.#stopUnfit();
    const changes = launchChanges(
      this.#engines.all.flatMap(unitDeployments),
      this.#next.units.flatMap(unitDeployments),
    );
    onEvent({ event: "order", stays: changes.stays, steps: changes.steps });
    await this.#engines.set(this.#engines.all);
    return this.#make(changes.steps);
  }

  async #make(steps: LaunchChanges["steps"]): Promise<LaunchResult | "departed"> {
    for (const step of steps) {
      const isMeant = (one: Pick<LaunchUnit, "deployment" | "alsoStarts">): boolean =>
        unitDeployments(one).some((deployment) => isReplica(deployment, step));
      const there = this.#engines.all.filter(isMeant);
      if (step.action === "stop") {
        await this.#stop(there);
        continue;
      }
      const unit = this.#next.units.find(isMeant);
      // an instance of a model comes with the first of them
      const result = unit === undefined || there.length > 0 ? "running" : await this.#start(unit);
      if (result !== "running") {
        return result;
      }
    }
    return "running";
  }

  /** What no step can start from goes first. */
  async #stopUnfit(): Promise<void> {
    const { units } = this.#next;
    const unfit = this.#engines.all.filter((one) => isUnfit(one, units));
    await this.#stop(unfit);
    if (unfit.length === 0) {
      return;
    }
    const alive = await aliveMarks(this.#engines.all);
    await this.#engines.set(this.#engines.all.filter(({ mark }) => alive.has(mark)));
  }

  async #start(unit: LaunchUnit): Promise<LaunchResult | "departed"> {
    const { onEvent, folder } = this.#request;
    const mark = randomUUID();
    const loadedBy = this.#serverOf(unit);
    const engine: LaunchedEngine = {
      ...unit,
      log: logOf(folder, unit.name, mark),
      mark,
      ...(loadedBy === undefined ? {} : { loadedBy }),
      status: "starting",
      startedAt: new Date().toISOString(),
    };
    this.#own.push(mark);
    await this.#engines.set([...this.#engines.all, engine]);
    const place = { ...this.#request, plan: this.#next.plan };
    const launched = await launchEngine(place, {
      engine,
      engines: this.#engines.all,
      onStarted: (found) => this.#engines.update(mark, found),
    });
    if (launched.is === "ready") {
      return this.#judge(engine, launched);
    }
    if (launched.is === "refused") {
      await this.#engines.drop(mark);
    }
    if (launched.is !== "stopped") {
      const isFailed = launched.is === "failed";
      const findings = isFailed ? await diagnose(engine) : [];
      onEvent({
        event: "failed",
        engine: unit.name,
        reason: launched.reason,
        findings,
        ...(isFailed ? { log: engine.log } : {}),
      });
    }
    return launched.is === "stopped" ? "stopped" : "failed";
  }

  /** The server that has loaded others and is started in the same way, or one to be started. */
  #serverOf({ start }: LaunchUnit): LoadingServer | undefined {
    if (start.by !== "load") {
      return undefined;
    }
    const { name, version } = start.server;
    const [running] = this.#engines.all.flatMap(({ start: other, loadedBy }) =>
      other.by === "load" && other.server.version === version ? (loadedBy ?? []) : [],
    );
    const mark = randomUUID();
    return running ?? { mark, log: logOf(this.#request.folder, name, mark) };
  }

  async #judge(
    engine: LaunchedEngine,
    { taken, intruders }: Extract<Launched, { is: "ready" }>,
  ): Promise<LaunchResult | "departed"> {
    const { onEvent, onDeparture } = this.#request;
    const sentences = [...intruders, ...(await departures(this.#next.plan, engine, taken))];
    onEvent({ event: "measured", engine: engine.name, cards: taken, departures: sentences });
    const isInside = sentences.length === 0;
    await this.#engines.update(engine.mark, { taken, status: isInside ? "ready" : "departed" });
    return isInside ? "running" : AFTER[await onDeparture(engine.name, sentences)];
  }

  /** Stops what this call started, the newest first, unless it is to be kept. */
  async #rollBack(): Promise<void> {
    if (this.#request.isKept) {
      return;
    }
    const own = new Set(this.#own);
    await this.#engines.stop(this.#engines.all.filter(({ mark }) => own.has(mark)).toReversed());
  }

  /** Stops these to start others, once the cards have their memory back. */
  async #stop(engines: readonly LaunchedEngine[]): Promise<void> {
    await this.#engines.stop(engines);
    if (engines.length > 0) {
      await settleMemory(this.#next.plan, this.#request.host);
    }
  }
}

const AFTER: Readonly<Record<DepartureAnswer, LaunchResult | "departed">> = {
  stop: "failed",
  continue: "running",
  replan: "departed",
};

function logOf(folder: string, name: string, mark: string): string {
  return join(folder, "logs", `${name}-${mark.slice(0, 8)}.log`);
}

function isReplica(
  deployment: PlanDeployment,
  { model, replica }: { readonly model: string; readonly replica: number },
): boolean {
  return deployment.model === model && deployment.replica === replica;
}
