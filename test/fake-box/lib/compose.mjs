// docker compose as far as a launch needs it: config, up of named services, ps.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import {
  containers,
  createContainer,
  isRunning,
  removeContainer,
  stopContainer,
} from "./containers.mjs";
import { fail, flagsOf, say } from "./program.mjs";

const PROJECT = "com.docker.compose.project";
const SERVICE = "com.docker.compose.service";
const HASH = "com.docker.compose.config-hash";

export async function compose(words) {
  const { files, rest } = filesOf(words);
  const [verb, ...others] = rest;
  const folder = dirname(files[0] ?? "compose.yaml");
  const variables = { ...fileVariables(join(folder, ".env")), ...process.env };
  const services = files.map((file) => read(file, variables)).reduce(merged, {});
  const project = variables.COMPOSE_PROJECT_NAME ?? "default";
  switch (verb) {
    case "config":
      flagsOf(others, { quiet: 0 });
      return;
    case "up":
      await up({ folder, services, project }, others);
      return;
    case "ps": {
      const { rest: names } = flagsOf(others, { all: 0, quiet: 0 });
      const own = names.filter((name) => known(services, name));
      for (const container of containers().filter((one) => own.some(isOf(one, project)))) {
        say(container.Id);
      }
      return;
    }
    default:
      fail(1, `docker: unknown command: docker compose ${verb}`);
  }
}

function filesOf([word, value, ...others]) {
  if (word !== "--file") {
    return { files: [], rest: word === undefined ? [] : [word, value, ...others].filter(Boolean) };
  }
  const { files, rest } = filesOf(others);
  return { files: [value, ...files], rest };
}

function isOf({ Config }, project) {
  return (name) => Config.Labels[PROJECT] === project && Config.Labels[SERVICE] === name;
}

function known(services, name) {
  return services[name] ?? fail(1, `no such service: ${name}`);
}

function fileVariables(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return Object.fromEntries(
    lines
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]),
  );
}

/** The services of a file, its variables filled in: ${A}, ${A:-otherwise}, ${A:?why not}, $$. */
function read(file, variables) {
  const { services } = parse(readFileSync(file, "utf8"));
  const filled = JSON.stringify(services).replace(
    /\$\$|\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g,
    (whole, name, kind, text) => {
      if (whole === "$$") {
        return "$";
      }
      const value = variables[name] ?? "";
      if (value === "" && kind === "?") {
        fail(
          1,
          `error while interpolating services.[].volumes.[].source: required variable ${name} is missing a value: ${text}`,
        );
      }
      return JSON.stringify(value === "" && kind === "-" ? text : value).slice(1, -1);
    },
  );
  return JSON.parse(filled);
}

function merged(all, more) {
  const names = [...new Set([...Object.keys(all), ...Object.keys(more)])];
  return Object.fromEntries(names.map((name) => [name, { ...all[name], ...more[name] }]));
}

async function up({ folder, services, project }, words) {
  const { options, rest } = flagsOf(words, { detach: 0, "no-deps": 0, "quiet-pull": 0 });
  if (options.detach === undefined || options["no-deps"] === undefined) {
    fail(1, "the stand-in starts single services, detached");
  }
  for (const name of rest) {
    const service = known(services, name);
    const hash = createHash("sha256").update(JSON.stringify(service)).digest("hex");
    const [before] = containers().filter((one) => isOf(one, project)(name));
    if (before !== undefined && isRunning(before) && before.Config.Labels[HASH] === hash) {
      continue;
    }
    if (before !== undefined) {
      await stopContainer(before, 10);
      removeContainer(before);
    }
    const labels = { ...service.labels, [PROJECT]: project, [SERVICE]: name, [HASH]: hash };
    await createContainer({ name: `${project}-${name}-1`, labels, own: ownOf(service, folder) });
  }
}

/** The program with the host's own paths, and what it has in its environment. */
function ownOf({ entrypoint = [], command = [], environment = {}, volumes = [], deploy }, folder) {
  const mounts = volumes.map((volume) => mountOf(volume, folder));
  const cards = deploy.resources.reservations.devices.flatMap(({ device_ids: ids }) => ids);
  const given = Object.entries(environment).flatMap(([name, value]) => {
    const text = value ?? process.env[name];
    return text === undefined ? [] : [[name, String(text)]];
  });
  return {
    words: [...entrypoint, ...command].map((word) => mounts.reduce(outside, String(word))),
    environment: { ...Object.fromEntries(given), FAKE_BOX_CARDS: cards.join(",") },
  };
}

function mountOf(volume, folder) {
  const [from, to] =
    typeof volume === "string" ? volume.split(":") : [volume.source, volume.target];
  return { from: from.startsWith("./") ? join(folder, from) : from, to };
}

function outside(word, { from, to }) {
  return word.split(to).join(from);
}
