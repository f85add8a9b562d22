import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";

const POLL_MS = 200;
/** Age at which a lock of another machine counts as left behind: a first install on a slow disk takes minutes. */
const STALE_MS = 15 * 60_000;

/** What `work` returns, run while no other process of this checkout holds the lock file. */
export function withLock(path, say, work) {
  take(path, say);
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path, say) {
  let hasSaid = false;
  while (!tryTake(path)) {
    if (isLeftBehind(path)) {
      rmSync(path, { force: true });
    } else {
      if (!hasSaid) {
        say("waiting for another berth that installs or builds here");
        hasSaid = true;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    }
  }
}

function tryTake(path) {
  try {
    writeFileSync(path, `${hostname()} ${process.pid}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** A lock whose process is gone; one of another machine is judged by its age. */
function isLeftBehind(path) {
  try {
    const [host, pid] = readFileSync(path, "utf8").split(" ");
    return host === hostname() && pid !== undefined
      ? !isAlive(Number(pid))
      : Date.now() - statSync(path).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
