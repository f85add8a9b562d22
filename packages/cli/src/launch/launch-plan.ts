import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { PlanDeployment, PlanDocument } from "@berth/core";
import {
  type LaunchedEngine,
  type LaunchState,
  type LaunchUnit,
  launchChanges,
} from "@berth/core/launch";
import { departures } from "./departures.ts";
import { diagnose } from "./diagnose.ts";
import type { OnEvent } from "./events.ts";
import { type Launched, launchEngine } from "./launch-engine.ts";
import { markedProcesses } from "./marked-processes.ts";
import { settleMemory } from "./settle-memory.ts";
import { readState, writeState } from "./state-file.ts";
import { stopEngine } from "./stop-engine.ts";

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
  const launch = new Launch(request, await liveEngines(request));
  return launch.run();
}

/** What an earlier call started and still runs. */
export async function liveEngines({
  folder,
}: Pick<LaunchRequest, "folder">): Promise<readonly LaunchedEngine[]> {
  const engines = (await readState(folder))?.engines ?? [];
  const alive = new Set((await markedProcesses(engines.map(({ mark }) => mark))).values());
  return engines.filter(({ mark }) => alive.has(mark));
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
    await this.#stopUnready();
    const running = this.#engines.map(({ deployment }) => deployment);
    const changes = launchChanges(
      running,
      units.map(({ deployment }) => deployment),
    );
    onEvent({ event: "order", stays: changes.stays, steps: changes.steps });
    await this.#set(this.#engines);
    for (const step of changes.steps) {
      if (step.action === "stop") {
        await this.#stop(this.#engines.filter((engine) => isReplica(engine.deployment, step)));
        continue;
      }
      const unit = units.find(({ deployment }) => isReplica(deployment, step));
      const result = unit === undefined ? "running" : await this.#start(unit);
      if (result !== "running") {
        await this.#rollBack();
        return result;
      }
    }
    return "running";
  }

  /** An engine that Berth was waiting for when it was killed is in no known state. */
  async #stopUnready(): Promise<void> {
    await this.#stop(this.#engines.filter(({ status }) => status === "starting"));
  }

  async #start(unit: LaunchUnit): Promise<LaunchResult> {
    const { onEvent, folder } = this.#request;
    const mark = randomUUID();
    const log = join(folder, "logs", `${unit.name}-${mark.slice(0, 8)}.log`);
    const engine: LaunchedEngine = {
      ...unit,
      log,
      mark,
      status: "starting",
      startedAt: new Date().toISOString(),
    };
    this.#own.push(mark);
    await this.#set([...this.#engines, engine]);
    const launched = await launchEngine(this.#request, {
      unit,
      mark,
      log,
      marks: this.#engines.map((one) => one.mark),
      onStarted: (pid) => this.#update(mark, { pid }),
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
        ...(isFailed ? { log } : {}),
      });
    }
    return launched.is === "stopped" ? "stopped" : "failed";
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
    for (const { name, mark } of engines) {
      if ((await markedProcesses([mark])).size === 0) {
        await this.#drop(mark);
        continue;
      }
      onEvent({ event: "stopping", engine: name });
      await stopEngine(mark);
      await this.#drop(mark);
      onEvent({ event: "stopped", engine: name });
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

function isReplica(
  deployment: PlanDeployment,
  { model, replica }: { readonly model: string; readonly replica: number },
): boolean {
  return deployment.model === model && deployment.replica === replica;
}
