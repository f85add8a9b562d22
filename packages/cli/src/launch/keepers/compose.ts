import { constants } from "node:os";
import { dirname, join } from "node:path";
import { CONTAINER_LABEL, type Container, type LaunchedEngine } from "@berth/core/launch";
import { makeFolder } from "../../io/make-folder.ts";
import { putFile } from "../../io/put-file.ts";
import { programToFile, runProgram } from "../../io/run.ts";
import {
  containerProcesses,
  docker,
  knownContainer,
  markedContainers,
  serviceContainers,
} from "./docker.ts";
import type { Folders, Keeper, StartedEngine, Starting } from "./keeper.ts";

/** Each look is a call of docker. */
const POLL_MS = 500;
const GRACE_SECONDS = 60;
const STOP_SECONDS = 120;
/** A process that a signal ended counts from here. */
const SIGNALS_FROM = 128;

/** Services of a Compose project as containers, told from all others by a label. */
export const composeKeeper: Keeper = {
  commands: (engine, folders) => [["docker", ...upWords(engine, folders)]],
  refusal,
  start,
  alive: async (engines) =>
    new Set((await containersOf(engines)).filter(goesOn).map(({ mark }) => mark)),
  processes: async (engines) => containerProcesses((await containersOf(engines)).filter(goesOn)),
  stop,
  saveLog,
  pollMs: POLL_MS,
};

function goesOn({ isRunning }: Container): boolean {
  return isRunning;
}

function containersOf(engines: readonly LaunchedEngine[]): Promise<readonly Container[]> {
  return markedContainers(engines.map(({ mark }) => mark));
}

/** A container of the service that somebody else started: Compose would replace it, or leave it as it is. */
async function refusal(
  { start: how }: LaunchedEngine,
  { bundle }: Folders,
): Promise<string | undefined> {
  if (how.by !== "compose") {
    return undefined;
  }
  const own = await serviceContainers(join(bundle, how.file), how.service);
  const foreign = own.find(({ isRunning, mark }) => isRunning || mark === "");
  return foreign === undefined
    ? undefined
    : `its service has a container that was not started from here (${foreign.name}): remove it with docker rm --force ${foreign.name}`;
}

type Named = Pick<LaunchedEngine, "start" | "name">;

function upWords({ start: how, name }: Named, folders: Folders): readonly string[] {
  if (how.by !== "compose") {
    return [];
  }
  const files = ["--file", join(folders.bundle, how.file), "--file", labelFile(name, folders)];
  return ["compose", ...files, "up", "--detach", "--no-deps", "--quiet-pull", how.service];
}

/** What is added to a service of the bundle. */
function labelFile(name: string, { folder }: Folders): string {
  return join(folder, "compose", `${name}.json`);
}

async function start(starting: Starting): Promise<StartedEngine> {
  const { engine, timeoutMs, signal, onStarting, onStarted } = starting;
  const { name, mark, start: how } = engine;
  onStarting();
  const label = labelFile(name, starting);
  // JSON is YAML as well
  const service = how.by === "compose" ? how.service : "";
  const services = { [service]: { labels: { [CONTAINER_LABEL]: mark } } };
  await putFile(label, `${JSON.stringify({ services })}\n`);
  // it fetches the image first, which takes its time
  const timeoutSeconds = Math.ceil(timeoutMs / 1000);
  const up = { ...docker(upWords(engine, starting), `starting ${name}`), timeoutSeconds, signal };
  await runProgram(up).catch((error: unknown) => {
    if (!signal.aborted) {
      throw error;
    }
  });
  const [container] = await containersOf([engine]);
  if (container !== undefined && container.pid > 0) {
    await onStarted({ pid: container.pid });
  }
  return { ended: () => endOf(engine) };
}

async function endOf(engine: LaunchedEngine): Promise<string | undefined> {
  const [container] = await containersOf([engine]);
  if (container === undefined) {
    return "was removed by somebody else";
  }
  const { isRunning, exitCode, isOutOfMemory } = container;
  if (isRunning) {
    return undefined;
  }
  if (isOutOfMemory) {
    return "was ended by the system for want of the host's memory";
  }
  const [signal] =
    Object.entries(constants.signals).find(([, at]) => at === exitCode - SIGNALS_FROM) ?? [];
  return signal === undefined ? `exited with ${exitCode}` : `was ended by ${signal}`;
}

async function stop(engine: LaunchedEngine): Promise<void> {
  for (const { id, isRunning } of await containersOf([engine])) {
    if (isRunning) {
      const words = ["stop", "-t", String(GRACE_SECONDS), id];
      const call = docker(words, `stopping ${engine.name}`);
      await runProgram({ ...call, timeoutSeconds: STOP_SECONDS });
    }
    await saveLog(engine);
    await runProgram(docker(["rm", "--volumes", id], `removing ${engine.name}`));
  }
}

async function saveLog(engine: LaunchedEngine): Promise<void> {
  const id = knownContainer(engine.mark) ?? (await containersOf([engine]))[0]?.id;
  if (id !== undefined) {
    await makeFolder(dirname(engine.log));
    const call = docker(["logs", id], `reading what ${engine.name} printed`);
    await programToFile(call, engine.log);
  }
}
