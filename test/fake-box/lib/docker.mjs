// docker as far as a launch needs it: containers whose programs are those of this box, and Compose on top.
import {
  containers,
  findContainer,
  isRunning,
  logOf,
  processesOf,
  removeContainer,
  stopContainer,
} from "./containers.mjs";
import { readBox } from "./ledger.mjs";
import { copyTo, fail, flagsOf, say } from "./program.mjs";

const [verb, ...words] = process.argv.slice(2);
const VERBS = {
  compose: async () => (await import("./compose.mjs")).compose(words),
  ps: async () => {
    const known = { all: 0, quiet: 0, "no-trunc": 0, filter: 1 };
    const { filter = "" } = flagsOf(words, known).options;
    const label = filter.replace(/^label=/, "");
    for (const { Id } of containers().filter((one) => label in one.Config.Labels)) {
      say(Id);
    }
  },
  inspect: async () => {
    const { rest } = flagsOf(words, { type: 1 });
    const there = rest.flatMap((id) => findContainer(id) ?? []);
    say(JSON.stringify(there));
    if (there.length < rest.length) {
      fail(1, "Error response from daemon: No such container");
    }
  },
  top: async () => {
    const container = found(words[0]);
    if (!isRunning(container)) {
      fail(1, `Error response from daemon: container ${container.Id} is not running`);
    }
    say(["PID", ...processesOf(container)].join("\n"));
  },
  logs: async () => copyTo(process.stdout, logOf(found(words[0]).Id)),
  stop: async () => {
    const { options, rest } = flagsOf(words, { t: 1 });
    await stopContainer(found(rest[0]), Number(options.t ?? 10));
    say(rest[0]);
  },
  rm: async () => {
    const { options, rest } = flagsOf(words, { force: 0, volumes: 0 });
    const container = found(rest[0]);
    if (isRunning(container) && options.force === undefined) {
      fail(
        1,
        `Error response from daemon: cannot remove container "${container.Name}": container is running: stop the container before removing or force remove`,
      );
    }
    await stopContainer(container, 0);
    removeContainer(container);
    say(rest[0]);
  },
};

if (readBox().docker?.isDown === true && !(verb === "compose" && words.includes("config"))) {
  fail(
    1,
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
  );
}
const run = VERBS[verb] ?? (() => fail(1, `docker: unknown command: docker ${verb}`));
await run();

function found(id) {
  return findContainer(id) ?? fail(1, `Error response from daemon: No such container: ${id}`);
}
