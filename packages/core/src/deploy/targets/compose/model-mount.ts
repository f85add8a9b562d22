import type { EngineServer } from "../../servers/engine-server.ts";
import { literal } from "./literal.ts";

/** How a container gets the model's files, and what its engine is told. */
export interface ModelMount {
  /** What stands in the command, ready for Compose. */
  readonly model: string;
  readonly volumes: readonly (string | object)[];
}

/** Where a container's user keeps what it fetched from the Hub. */
const HUB_CACHE = "/root/.cache/huggingface";

/** Files that the user must name, a path of the host, or a Hub id with a cache that all services share. */
export function modelMount({ model, file, pathVariable, deployment }: EngineServer): ModelMount {
  const { need, source, isPath } = model;
  if (need !== undefined) {
    const isFile = deployment.engine.id === "llama.cpp";
    const target = `/models/${file}${isFile ? ".gguf" : ""}`;
    const from = `\${${pathVariable}:?set it to ${literal(need.what)}}`;
    return { model: target, volumes: [readOnly(from, target)] };
  }
  if (!isPath) {
    return {
      model: literal(source),
      volumes: [`\${BERTH_HF_CACHE:-huggingface}:${HUB_CACHE}`],
    };
  }
  return source.toLowerCase().endsWith(".gguf") ? besideOthers(source, file) : whole(source, file);
}

function whole(source: string, file: string): ModelMount {
  const target = `/models/${file}`;
  return { model: target, volumes: [readOnly(literal(source), target)] };
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
