import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { LaunchedEngine, LoadingServer, SharedServer } from "@berth/core/launch";
import { post } from "../../io/post.ts";
import { growingPauses } from "../growing-pauses.ts";
import { plainText } from "../log-tail.ts";
import { markedProcesses } from "../marked-processes.ts";
import { stopEngine } from "../stop-engine.ts";
import { answers } from "../wait-until-ready.ts";
import type { Keeper, StartedEngine, Starting } from "./keeper.ts";
import { startScript } from "./script.ts";

const POLL_MS = 250;
/** Freeing a model's memory is a matter of seconds. */
const UNLOAD_MS = 60_000;
const MOST_CHARACTERS = 300;

/** Models that one server loads, one after the other; the server is a process of this user and goes with the last of them. */
export const loadKeeper: Keeper = {
  commands: (engine, { bundle }) => {
    const { server, models } = loadingOf(engine);
    return [
      ["sh", join(bundle, server.script)],
      ...models.map((model) => ["POST", repositoryUrl(engine, model, "load")]),
    ];
  },
  refusal: async () => undefined,
  start,
  alive: async (engines) => {
    const there = new Set((await serverProcesses(engines)).values());
    return new Set(
      engines.filter(({ loadedBy }) => there.has(loadedBy?.mark ?? "")).map(({ mark }) => mark),
    );
  },
  processes,
  stop,
  saveLog,
  pollMs: POLL_MS,
};

function loadingOf({ start: how }: Pick<LaunchedEngine, "start">): {
  readonly server: SharedServer;
  readonly models: readonly string[];
} {
  if (how.by !== "load") {
    throw new Error("expected models that a server loads");
  }
  return how;
}

function serverProcesses(engines: readonly LaunchedEngine[]): ReturnType<typeof markedProcesses> {
  return markedProcesses(engines.flatMap(({ loadedBy }) => loadedBy?.mark ?? []));
}

/** The server's own, and those that it has for a model; where that is not known, they count to its first model. */
async function processes(engines: readonly LaunchedEngine[]): Promise<ReadonlyMap<number, string>> {
  const found = [...(await serverProcesses(engines))].map(([pid, server]): [number, string] => {
    const own = engines.filter(({ loadedBy }) => loadedBy?.mark === server);
    const engine = own.find(({ workers = [] }) => workers.includes(pid)) ?? own[0];
    return [pid, engine?.mark ?? ""];
  });
  return new Map(found);
}

function serverOf({ loadedBy }: LaunchedEngine): LoadingServer {
  if (loadedBy === undefined) {
    throw new Error("expected the server that loads the models");
  }
  return loadedBy;
}

function repositoryUrl(
  { port }: Pick<LaunchedEngine, "port">,
  model: string,
  verb: string,
): string {
  return `http://127.0.0.1:${port}/v2/repository/models/${encodeURIComponent(model)}/${verb}`;
}

function readyUrl({ port }: LaunchedEngine, model: string): string {
  return `http://127.0.0.1:${port}/v2/models/${encodeURIComponent(model)}/ready`;
}

/** Where in its server's log an engine's own part begins, for those that this process loads. */
const logBegins = new Map<string, number>();

async function start(starting: Starting): Promise<StartedEngine> {
  const { engine, timeoutMs } = starting;
  const log = await stat(serverOf(engine).log).catch(() => undefined);
  logBegins.set(engine.mark, log?.size ?? 0);
  const server = await runningServer(starting);
  starting.onStarting();
  const signal = AbortSignal.any([starting.signal, AbortSignal.timeout(timeoutMs)]);
  let failure: string | undefined;
  const before = await markedProcesses([serverOf(engine).mark]);
  void load(engine, server, signal).then(
    (how) => {
      failure = how;
    },
    // the connection: the server says by itself how it ended
    () => undefined,
  );
  return {
    ended: async () => failure ?? (await server.ended()),
    workers: async () => {
      const after = await markedProcesses([serverOf(engine).mark]);
      return [...after.keys()].filter((pid) => !before.has(pid));
    },
  };
}

/** The server as it runs, or started now. */
async function runningServer({ engine, bundle, onStarted }: Starting): Promise<StartedEngine> {
  const { mark, log } = serverOf(engine);
  const { server } = loadingOf(engine);
  const [pid] = (await markedProcesses([mark])).keys();
  if (pid === undefined) {
    const started = await startScript({ bundle }, { ...server, mark, log });
    await onStarted({ pid: started.pid });
    return started;
  }
  await onStarted({ pid });
  return {
    ended: async () =>
      (await markedProcesses([mark])).size === 0 ? "ended with its server" : undefined,
  };
}

/** Asks for one model after the other; says how the server refused, undefined where it did not. */
async function load(
  engine: LaunchedEngine,
  server: StartedEngine,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { server: shared, models } = loadingOf(engine);
  const pause = growingPauses(POLL_MS);
  while (!(await answers(`http://127.0.0.1:${engine.port}${shared.livePath}`))) {
    if (signal.aborted || (await server.ended()) !== undefined) {
      return undefined;
    }
    await pause(signal);
  }
  for (const model of models) {
    // what several models share is there after the first
    if (await answers(readyUrl(engine, model))) {
      continue;
    }
    const { isOk, status, text } = await post(repositoryUrl(engine, model, "load"), {}, signal);
    if (!isOk) {
      return `was refused by its server (${model}: ${plainText(text, MOST_CHARACTERS) || status})`;
    }
  }
  return undefined;
}

/** The last one takes the server with it; so does one that the server does not let go. */
async function stop(engine: LaunchedEngine, others: readonly LaunchedEngine[]): Promise<void> {
  const { mark } = serverOf(engine);
  const isLast = others.every((other) => other.loadedBy?.mark !== mark);
  if (isLast || !(await isUnloaded(engine))) {
    await stopEngine(mark);
  }
}

/** Takes the model away before what it is made of; what others may use stays. */
async function isUnloaded(engine: LaunchedEngine): Promise<boolean> {
  const { models } = loadingOf(engine);
  const signal = AbortSignal.timeout(UNLOAD_MS);
  const inner = models[0] ?? "";
  const whole = models.at(-1) ?? "";
  try {
    for (const model of [whole, inner]) {
      const { isOk } = await post(repositoryUrl(engine, model, "unload"), {}, signal);
      if (!isOk) {
        return false;
      }
    }
    const pause = growingPauses(POLL_MS);
    while (!signal.aborted) {
      if (!((await answers(readyUrl(engine, whole))) || (await answers(readyUrl(engine, inner))))) {
        return true;
      }
      await pause(signal);
    }
    return false;
  } catch {
    return false;
  }
}

/** The part of its server's log since it was asked for. */
async function saveLog(engine: LaunchedEngine): Promise<void> {
  const begin = logBegins.get(engine.mark);
  if (begin !== undefined) {
    const from = createReadStream(serverOf(engine).log, { start: begin });
    await pipeline(from, createWriteStream(engine.log, { mode: 0o600 }));
  }
}
