import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { PlanDeployment, PlanDocument } from "@berth/core";
import {
  isOutOfDate,
  type LaunchChanges,
  type LaunchedEngine,
  type LaunchState,
  type LaunchUnit,
  type LoadingServer,
  launchChanges,
  unitDeployments,
} from "@berth/core/launch";
import { departures } from "./departures.ts";
import { diagnose } from "./diagnose.ts";
import type { OnEvent } from "./events.ts";
import { aliveMarks, keeperOf } from "./keepers/registry.ts";
import { knownEngines } from "./known-engines.ts";
import { type Launched, launchEngine } from "./launch-engine.ts";
import { settleMemory } from "./settle-memory.ts";
import { writeState } from "./state-file.ts";

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
  readonly onDeparture: (
    engine: string,
    sentences: readonly string[],
  ) => Promise<"stop" | "continue">;
  /** Leave what was started running when a later engine fails. */
  readonly isKept: boolean;
}

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
  #engines: readonly LaunchedEngine[];
  /** Marks of what this call started, in order. */
  readonly #own: string[] = [];

  constructor(request: LaunchRequest, running: readonly LaunchedEngine[]) {
    this.#request = request;
    this.#engines = running;
  }

  async run(): Promise<LaunchResult> {
    const { units, onEvent } = this.#request;
    await this.#stopUnfit();
    const changes = launchChanges(
      this.#engines.flatMap(unitDeployments),
      units.flatMap(unitDeployments),
    );
    onEvent({ event: "order", stays: changes.stays, steps: changes.steps });
    await this.#set(this.#engines);
    try {
      const result = await this.#make(changes.steps);
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

  async #make(steps: LaunchChanges["steps"]): Promise<LaunchResult> {
    for (const step of steps) {
      const isMeant = (one: Pick<LaunchUnit, "deployment" | "alsoStarts">): boolean =>
        unitDeployments(one).some((deployment) => isReplica(deployment, step));
      const there = this.#engines.filter(isMeant);
      if (step.action === "stop") {
        await this.#stop(there);
        continue;
      }
      const unit = this.#request.units.find(isMeant);
      // an instance of a model comes with the first of them
      const result = unit === undefined || there.length > 0 ? "running" : await this.#start(unit);
      if (result !== "running") {
        return result;
      }
    }
    return "running";
  }

  /** What Berth was waiting for when it was killed is in no known state; what a server can't change has to go first. */
  async #stopUnfit(): Promise<void> {
    const { units } = this.#request;
    await this.#stop(
      this.#engines.filter((one) => one.status === "starting" || isOutOfDate(one, units)),
    );
    const alive = await aliveMarks(this.#engines);
    this.#engines = this.#engines.filter(({ mark }) => alive.has(mark));
  }

  async #start(unit: LaunchUnit): Promise<LaunchResult> {
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
    await this.#set([...this.#engines, engine]);
    const launched = await launchEngine(this.#request, {
      engine,
      engines: this.#engines,
      onStarted: (found) => this.#update(mark, found),
    });
    if (launched.is === "ready") {
      return this.#judge(engine, launched);
    }
    if (launched.is === "refused") {
      await this.#drop(mark);
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
    const [running] = this.#engines.flatMap(({ start: other, loadedBy }) =>
      other.by === "load" && other.server.version === version ? (loadedBy ?? []) : [],
    );
    const mark = randomUUID();
    return running ?? { mark, log: logOf(this.#request.folder, name, mark) };
  }

  async #judge(
    engine: LaunchedEngine,
    { taken, intruders }: Extract<Launched, { is: "ready" }>,
  ): Promise<LaunchResult> {
    const { onEvent, onDeparture } = this.#request;
    const sentences = [...intruders, ...(await departures(this.#request.plan, engine, taken))];
    onEvent({ event: "measured", engine: engine.name, cards: taken, departures: sentences });
    const isInside = sentences.length === 0;
    await this.#update(engine.mark, { taken, status: isInside ? "ready" : "departed" });
    return isInside || (await onDeparture(engine.name, sentences)) === "continue"
      ? "running"
      : "failed";
  }

  /** Stops what this call started, the newest first, unless it is to be kept. */
  async #rollBack(): Promise<void> {
    if (this.#request.isKept) {
      return;
    }
    for (const mark of this.#own.toReversed()) {
      await this.#stop(this.#engines.filter((engine) => engine.mark === mark));
    }
  }

  async #stop(engines: readonly LaunchedEngine[]): Promise<void> {
    const { onEvent } = this.#request;
    for (const engine of engines) {
      const { name, mark } = engine;
      const isThere = (await aliveMarks([engine])).has(mark);
      if (isThere) {
        onEvent({ event: "stopping", engine: name });
      }
      await keeperOf(engine).stop(
        engine,
        this.#engines.filter((other) => other.mark !== mark),
      );
      await this.#drop(mark);
      if (isThere) {
        onEvent({ event: "stopped", engine: name });
      }
    }
    if (engines.length > 0) {
      await settleMemory(this.#request.plan, this.#request.host);
    }
  }

  #update(mark: string, changes: Partial<LaunchedEngine>): Promise<void> {
    return this.#set(
      this.#engines.map((engine) => (engine.mark === mark ? { ...engine, ...changes } : engine)),
    );
  }

  #drop(mark: string): Promise<void> {
    return this.#set(this.#engines.filter((engine) => engine.mark !== mark));
  }

  /** Every change is on the disk before the next one is made. */
  async #set(engines: readonly LaunchedEngine[]): Promise<void> {
    this.#engines = engines;
    const { folder, host } = this.#request;
    const state: LaunchState = { schema: "berth/launch@1", host, engines };
    await writeState(folder, state);
  }
}

function logOf(folder: string, name: string, mark: string): string {
  return join(folder, "logs", `${name}-${mark.slice(0, 8)}.log`);
}

function isReplica(
  deployment: PlanDeployment,
  { model, replica }: { readonly model: string; readonly replica: number },
): boolean {
  return deployment.model === model && deployment.replica === replica;
}
