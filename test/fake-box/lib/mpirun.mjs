// mpirun as far as start scripts need it: one process a group of `-n 1`, all on this host; one that ends, ends all.
import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

const groups = process.argv
  .slice(2)
  .join("\0")
  .split("\0:\0")
  .map((group) => group.split("\0"));
const ranks = groups.map((words) => words.slice(words.indexOf("-n") + 2));
const isTagged = groups[0].slice(0, groups[0].indexOf("-n")).includes("--tag-output");
const children = ranks.map(([program, ...args], rank) =>
  spawn(join(import.meta.dirname, "..", "bin", basename(program)), args, {
    stdio: ["inherit", ...(isTagged ? ["pipe", "pipe"] : ["inherit", "inherit"])],
    env: {
      ...process.env,
      OMPI_COMM_WORLD_RANK: String(rank),
      OMPI_COMM_WORLD_SIZE: String(ranks.length),
    },
  }),
);
process.on("SIGTERM", () => end("SIGTERM"));
children.forEach((child, rank) => {
  for (const name of isTagged ? ["stdout", "stderr"] : []) {
    createInterface({ input: child[name] }).on("line", (line) =>
      process[name].write(`[1,${rank}]<${name}>:${line}\n`),
    );
  }
  child.on("exit", (code, signal) => {
    if (signal === "SIGKILL") {
      process.stderr.write(
        `mpirun noticed that process rank ${rank} exited on signal 9 (Killed).\n`,
      );
    }
    end("SIGTERM");
    process.exitCode = code ?? 137;
  });
});

function end(signal) {
  for (const child of children) {
    child.kill(signal);
  }
}
