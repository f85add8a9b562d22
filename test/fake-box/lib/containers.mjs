// Containers as folders of the box: what they are, and what they printed. Their processes are those of the host.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./ledger.mjs";

const FOLDER = join(process.env.FAKE_BOX ?? "", "docker");
const ID_BYTES = 32;

export function containers() {
  return ids().flatMap((id) => findContainer(id) ?? []);
}

function ids() {
  try {
    return readdirSync(FOLDER);
  } catch {
    return [];
  }
}

/** As `docker inspect` says it, with what started it in Own. */
export function findContainer(id) {
  try {
    const container = JSON.parse(readFileSync(fileOf(id), "utf8"));
    const isThere = container.State.Running && isAlive(container.State.Pid);
    return {
      ...container,
      State: isThere ? container.State : { ...container.State, Running: false, Pid: 0 },
    };
  } catch {
    return undefined;
  }
}

export function isRunning({ State }) {
  return State.Running;
}

export function logOf(id) {
  return join(FOLDER, id, "log");
}

export function fileOf(id) {
  return join(FOLDER, id, "container.json");
}

export function writeContainer(container) {
  const file = fileOf(container.Id);
  writeFileSync(`${file}.new`, JSON.stringify(container));
  renameSync(`${file}.new`, file);
}

/** Makes a container and starts its program; returns once it runs or has ended. */
export async function createContainer({ name, labels, own }) {
  const id = randomBytes(ID_BYTES).toString("hex");
  mkdirSync(join(FOLDER, id), { recursive: true });
  writeFileSync(logOf(id), "");
  writeContainer({
    Id: id,
    Name: `/${name}`,
    State: { Status: "created", Running: false, Pid: 0, ExitCode: 0, OOMKilled: false },
    Config: { Labels: labels },
    Own: own,
  });
  const shim = spawn(process.execPath, [join(import.meta.dirname, "shim.mjs"), id], {
    detached: true,
    stdio: "ignore",
    env: { FAKE_BOX: process.env.FAKE_BOX, PATH: process.env.PATH },
  });
  shim.unref();
  while (JSON.parse(readFileSync(fileOf(id), "utf8")).State.Status === "created") {
    await sleep(20);
  }
}

/** Asks its program to end, and kills it after so many seconds. */
export async function stopContainer(container, seconds) {
  const { Pid: pid } = container.State;
  if (!container.State.Running) {
    return;
  }
  const end = Date.now() + seconds * 1000;
  process.kill(pid, "SIGTERM");
  while (findContainer(container.Id)?.State.Running === true) {
    if (Date.now() >= end) {
      process.kill(pid, "SIGKILL");
    }
    await sleep(20);
  }
}

export function removeContainer({ Id }) {
  rmSync(join(FOLDER, Id), { recursive: true, force: true });
}

/** Its first process and all that came of it, by the host's ids. */
export function processesOf({ State }) {
  return withChildren(String(State.Pid));
}

function withChildren(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return [pid, ...children.split(" ").filter(Boolean).flatMap(withChildren)];
  } catch {
    return [];
  }
}
