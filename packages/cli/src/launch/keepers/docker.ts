import { CONTAINER_LABEL, type Container, readContainers } from "@berth/core/launch";
import { type Program, runProgram, tryProgram } from "../../io/run.ts";
import { ToolError } from "../../tool-error.ts";

const TIMEOUT_SECONDS = 60;

/** A call of docker with these words. */
export function docker(args: readonly string[], what: string): Program {
  return { command: "docker", args, what, timeoutSeconds: TIMEOUT_SECONDS };
}

/** Ids of containers by their marks, as far as they are known: each look is a call of docker less. */
const idsByMark = new Map<string, string>();

/** The id of the container with a mark, where it was seen before; it may be gone by now. */
export function knownContainer(mark: string): string | undefined {
  return idsByMark.get(mark);
}

/** The containers with these marks that are there, running or not. */
export async function markedContainers(marks: readonly string[]): Promise<readonly Container[]> {
  const known = marks.flatMap((mark) => idsByMark.get(mark) ?? []);
  const found = known.length < marks.length ? await allMarked() : await inspect(known);
  for (const { mark, id } of found) {
    idsByMark.set(mark, id);
  }
  return found.filter(({ mark }) => marks.includes(mark));
}

async function allMarked(): Promise<readonly Container[]> {
  const words = ["ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${CONTAINER_LABEL}`];
  return inspect(idsOf(await runProgram(docker(words, "looking for containers"))));
}

/** The containers of a service of a Compose file. */
export async function serviceContainers(
  file: string,
  service: string,
): Promise<readonly Container[]> {
  const words = ["compose", "--file", file, "ps", "--all", "--quiet", service];
  return inspect(idsOf(await runProgram(docker(words, `looking for containers of ${service}`))));
}

function idsOf(printed: string): readonly string[] {
  return printed.split("\n").filter((line) => line.trim() !== "");
}

/** Those of them that are there. */
async function inspect(ids: readonly string[]): Promise<readonly Container[]> {
  if (ids.length === 0) {
    return [];
  }
  const call = docker(["inspect", "--type", "container", ...ids], "looking at containers");
  const { stdout, sentence } = await tryProgram(call);
  const found = readContainers(stdout);
  if (found === undefined) {
    throw new ToolError(`${call.what}: ${sentence}`);
  }
  return found;
}

/** The marks of the processes inside of these containers, by the ids that the host and nvidia-smi give them. */
export async function containerProcesses(
  running: readonly Container[],
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const { id, pid, mark } of running) {
    found.set(pid, mark);
    // it may have ended meanwhile
    const { stdout } = await tryProgram(docker(["top", id, "-eo", "pid"], "asking for processes"));
    for (const line of stdout.split("\n").slice(1)) {
      found.set(Number(line.trim()), mark);
    }
  }
  return found;
}
