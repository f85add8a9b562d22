import {
  launcherFact,
  launcherFactAt,
  launcherVersions,
} from "../../../catalog/launcher-catalog.ts";
import type { EngineId } from "../../../engine/engine.ts";
import type { Command } from "../../servers/command.ts";

/** How Dynamo runs one kind of engine. */
export interface DynamoEngine {
  /** What `backendFramework` calls it. */
  readonly framework: "trtllm" | "vllm" | "sglang";
  readonly tag: "trtllmTag" | "vllmTag" | "sglangTag";
  readonly image: string;
  /** The worker's options from those of the engine's own server. */
  readonly options: (command: Command) => Command;
}

const ENGINES: Partial<Readonly<Record<EngineId, DynamoEngine>>> = {
  "tensorrt-llm": {
    framework: "trtllm",
    tag: "trtllmTag",
    image: "tensorrtllm-runtime",
    options: trtllmOptions,
  },
  vllm: {
    framework: "vllm",
    tag: "vllmTag",
    image: "vllm-runtime",
    options: (command) => [["--model", { place: "model" }], ...engineOptions(command)],
  },
  sglang: {
    framework: "sglang",
    tag: "sglangTag",
    image: "sglang-runtime",
    options: engineOptions,
  },
};

export function dynamoEngine(engine: EngineId): DynamoEngine | undefined {
  return ENGINES[engine];
}

/** The image with this version of the engine; undefined where no release holds just that. */
export function runtimeImage(engine: EngineId, version: string): string | undefined {
  const found = ENGINES[engine];
  if (found === undefined || !launcherVersions("dynamo", found.tag).includes(version)) {
    return undefined;
  }
  const tag = launcherFactAt("dynamo", found.tag, version);
  return `${launcherFact("dynamo", "registry")}/${found.image}:${tag}`;
}

/** Dynamo's own frontend listens; the worker does not. */
const SERVER_OPTIONS = ["--host", "--port", "--enable-metrics"];

/** All options of the server but where it listens; its program and a model by itself are left out. */
function engineOptions(command: Command): Command {
  return command.slice(1).filter(([first]) => {
    const option = typeof first === "object" && "option" in first ? first.option : first;
    return (
      typeof option === "string" && option.startsWith("--") && !SERVER_OPTIONS.includes(option)
    );
  });
}

/** The server's YAML is the worker's too. */
function trtllmOptions(command: Command): Command {
  const file = command.flat().find((word) => typeof word === "object" && "path" in word);
  return [
    ["--model-path", { place: "model" }],
    ...(file === undefined ? [] : [["--extra-engine-args", file]]),
  ];
}
