import { shown } from "@berth/core";
import { isTritonMode, MAX_FIRST_PORT, type RenderOptions, TRITON_MODES } from "@berth/core/deploy";
import type { ArgsDef } from "citty";
import type { Flags } from "../args/flags.ts";
import { UsageError } from "../usage-error.ts";
import { kubeOptions } from "./kube-options.ts";

/** Flags on what a bundle is like. */
export const RENDER_FLAGS: ArgsDef = {
  "triton-mode": {
    type: "string",
    valueHint: "MODE",
    description: `how Triton runs engines: ${TRITON_MODES.join(", ")}; by default leader for one model on a host, orchestrator for several`,
  },
  "triton-bls": {
    type: "boolean",
    description:
      "TensorRT-LLM's BLS models in place of ensembles, where one tokenizer serves all models of a Triton",
  },
  "first-port": {
    type: "string",
    valueHint: "N",
    description: "port of the first server on each host; the next ones count up",
  },
  "models-folder": {
    type: "string",
    valueHint: "PATH",
    description:
      "folder on the hosts for models that a Hub id names, where files are needed (/models)",
  },
  "engines-folder": {
    type: "string",
    valueHint: "PATH",
    description: "folder on the hosts for TensorRT checkpoints and engines (/engines)",
  },
};

/** Throws a UsageError for what is no port, no path or no mode. */
export function renderOptions(flags: Flags): RenderOptions {
  const firstPort = flags.whole("first-port", 1);
  if (firstPort !== undefined && firstPort > MAX_FIRST_PORT) {
    throw new UsageError(`--first-port: expected at most ${MAX_FIRST_PORT}, got ${firstPort}`);
  }
  const tritonMode = flags.text("triton-mode");
  if (tritonMode !== undefined && !isTritonMode(tritonMode)) {
    throw new UsageError(
      `--triton-mode: expected ${TRITON_MODES.join(" or ")}, got ${shown(tritonMode)}`,
    );
  }
  const kubernetes = kubeOptions(flags, flags.text("target"));
  const modelsFolder = folder(flags, "models-folder");
  const enginesFolder = folder(flags, "engines-folder");
  return {
    ...(firstPort === undefined ? {} : { firstPort }),
    ...(tritonMode === undefined ? {} : { tritonMode }),
    ...(flags.isSet("triton-bls") ? { tritonBls: true } : {}),
    ...(modelsFolder === undefined ? {} : { modelsFolder }),
    ...(enginesFolder === undefined ? {} : { enginesFolder }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
  };
}

function folder(flags: Flags, name: string): string | undefined {
  const path = flags.text(name);
  if (path !== undefined && !path.startsWith("/")) {
    throw new UsageError(`--${name}: expected an absolute path, got ${shown(path)}`);
  }
  return path?.replace(/(?<=.)\/+$/, "");
}
