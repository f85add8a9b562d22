// What stays with a container: it starts its program, keeps what that prints, and writes down how it ended.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { constants } from "node:os";
import { basename, join } from "node:path";
import { findContainer, logOf, writeContainer } from "./containers.mjs";

const SIGNALS_FROM = 128;

const [id] = process.argv.slice(2);
const container = findContainer(id);
const { words, environment } = container.Own;
const [program = "", ...args] = words;
const log = openSync(logOf(id), "a");
const child = spawn(join(import.meta.dirname, "..", "bin", basename(program)), args, {
  stdio: ["ignore", log, log],
  env: { FAKE_BOX: process.env.FAKE_BOX, PATH: process.env.PATH, ...environment },
});
write({ Status: "running", Running: true, Pid: child.pid ?? 0 });
child.on("exit", (code, signal) => {
  const ExitCode = code ?? SIGNALS_FROM + constants.signals[signal];
  write({ Status: "exited", Running: false, Pid: 0, ExitCode });
});

/** One that was removed meanwhile is not made again. */
function write(state) {
  if (findContainer(id) !== undefined) {
    writeContainer({ ...container, State: { ...container.State, ...state } });
  }
}
