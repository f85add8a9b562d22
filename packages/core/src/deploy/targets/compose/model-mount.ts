import type { EngineServer } from "../../servers/engine-server.ts";
import { isPath } from "../../servers/model-files.ts";
import { literal } from "./literal.ts";

/** How a container gets the model's files, and what its engine is told. */
export interface ModelMount {
  /** What stands in the command, ready for Compose. */
  readonly model: string;
  readonly volumes: readonly (string | object)[];
}

/** Where a container's user keeps what it fetched from the Hub. */
const HUB_CACHE = "/root/.cache/huggingface";

const CACHE_VOLUME = `\${BERTH_HF_CACHE:-huggingface}:${HUB_CACHE}`;

/** Files that the user must name, a path of the host, or a Hub id with a cache that all services share; and a draft's. */
export function modelMount(server: EngineServer): ModelMount {
  const { model, volumes } = ownMount(server);
  const draft = server.deployment.draft?.source;
  if (draft === undefined) {
    return { model, volumes };
  }
  // the engine is told the host's path, so it is the container's too
  const more = isPath(draft) ? whole(draft, draft) : CACHE_VOLUME;
  return { model, volumes: [...volumes.filter((volume) => volume !== more), more] };
}

function ownMount(server: EngineServer): ModelMount {
  const { model, file, pathVariable, deployment, triton } = server;
  if (triton !== undefined) {
    return { model: "", volumes: triton.folders.map((folder) => whole(folder, folder)) };
  }
  const { need, source, isPath } = model;
  const orOther = (text: string): string => `\${${pathVariable}:-${text}}`;
  if (need !== undefined) {
    const isFile = deployment.engine.id === "llama.cpp";
    const target = `/models/${file}${isFile ? ".gguf" : ""}`;
    const from = `\${${pathVariable}:?set it to ${literal(need.what)}}`;
    return { model: target, volumes: [readOnly(from, target)] };
  }
  if (!isPath) {
    return {
      model: orOther(source),
      volumes: [CACHE_VOLUME, readOnly(orOther(NOTHING), orOther(`/models/${file}`))],
    };
  }
  if (mayBeOther(server)) {
    const target = `/models/${file}`;
    return { model: target, volumes: [readOnly(orOther(source), target)] };
  }
  return source.toLowerCase().endsWith(".gguf")
    ? besideOthers(source, file)
    : { model: `/models/${file}`, volumes: [whole(source, `/models/${file}`)] };
}

/** Mounted where a Hub id's variable names no folder: a bind mount must have a source that is there. */
const NOTHING = "/dev/null";

/** Text that may stand in a variable's default: nothing in it ends the braces or begins another. */
const DEFAULT_TEXT = /^[A-Za-z0-9._/@+-]+$/;

/**
 * True where the variable names another folder for the model's files. A GGUF file is mounted with its folder, which
 * no variable of Compose can be made of; the folders of a Triton stand in its configurations.
 */
export function mayBeOther({ model: { need, source, isPath }, triton }: EngineServer): boolean {
  if (triton !== undefined) {
    return false;
  }
  const isFolder = !(isPath && source.toLowerCase().endsWith(".gguf"));
  return need !== undefined || (isFolder && DEFAULT_TEXT.test(source));
}

function whole(source: string, target: string): object {
  return readOnly(literal(source), literal(target));
}

/** A GGUF file may have its other parts beside it: the folder is mounted. */
function besideOthers(source: string, file: string): ModelMount {
  const slash = source.lastIndexOf("/");
  const target = `/models/${file}`;
  return {
    model: literal(`${target}/${source.slice(slash + 1)}`),
    volumes: [readOnly(literal(source.slice(0, Math.max(slash, 1))), target)],
  };
}

function readOnly(source: string, target: string): object {
  return { type: "bind", source, target, read_only: true };
}
