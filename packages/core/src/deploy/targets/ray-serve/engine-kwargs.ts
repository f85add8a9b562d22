import type { Command, Word } from "../../servers/command.ts";

type Kwarg = string | number | boolean | object;

/**
 * The options of `vllm serve` as vLLM's keyword arguments: what the command says, in the names of
 * Python. What Ray says itself is left out: the model and its name, where it listens, its hosts.
 */
export function engineKwargs(command: Command): Readonly<Record<string, Kwarg>> {
  return Object.fromEntries(
    command
      .slice(1)
      .map(([option, value]) => ({ name: optionName(option), value }))
      .filter(({ name }) => name !== undefined && !RAYS_OWN.includes(name))
      .map(({ name = "", value }) => oneKwarg(name, value)),
  );
}

const RAYS_OWN: readonly string[] = [
  "host",
  "port",
  "served-model-name",
  "headless",
  "nnodes",
  "node-rank",
  "master-addr",
  "master-port",
];

/** Undefined for what is no option: the model. */
function optionName(word: Word | undefined): string | undefined {
  const option = typeof word === "object" && "option" in word ? word.option : word;
  return typeof option === "string" && option.startsWith("--") ? option.slice(2) : undefined;
}

function oneKwarg(name: string, value: Word | undefined): readonly [string, Kwarg] {
  if (value !== undefined) {
    return [pythonName(name), typeof value === "string" ? typed(value) : ""];
  }
  return name.startsWith("no-") ? [pythonName(name.slice(3)), false] : [pythonName(name), true];
}

function pythonName(option: string): string {
  return option.replaceAll("-", "_");
}

/** Numbers, and settings that are JSON in a command, as what they stand for. */
function typed(value: string): Kwarg {
  if (value.startsWith("{")) {
    return JSON.parse(value) as object;
  }
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
