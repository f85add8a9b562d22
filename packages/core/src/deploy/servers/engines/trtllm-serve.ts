import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import { checkpointNeed } from "../checkpoint-need.ts";
import type { Command } from "../command.ts";
import type { EngineLauncher, Start } from "../engine-launcher.ts";
import { kvTypeCheck } from "./checkpoint-types.ts";
import { kvDtype, serveConfig } from "./trtllm-serve/config.ts";
import { SERVE_RULES } from "./trtllm-serve/rules.ts";

/** trtllm-serve: all of the plan in one YAML, no knob of it on the command line. */
export const trtllmServeLauncher: EngineLauncher = {
  engine: "tensorrt-llm",
  firstPort: launcherFact("trtllm-serve", "firstPort"),
  readyPath: "/health",
  rules: SERVE_RULES,
  image: (version) => ({ name: launcherFact("trtllm-serve", "image"), tag: version }),
  servedName: ({ model, engine }) =>
    servedNameFlag(engine.version) === undefined ? undefined : model,
  command,
  environment: () => [],
  files: ({ deployment, file, cardsPerHost }) => [
    { path: `config/${file}.yaml`, text: serveConfig(deployment, cardsPerHost) },
  ],
  checks: (deployment) => kvTypeCheck(deployment, kvDtype(deployment.kvCacheDtype)),
  modelNeed: (deployment) => checkpointNeed(deployment, { casts16Bit: false }),
  usesNccl: true,
  overHosts: "mpi",
};

function command({ deployment, file, port, nodeCount }: Start): Command {
  const { version } = deployment.engine;
  const servedName = servedNameFlag(version);
  return [
    // Over hosts, rank 0 serves and the others wait for its work.
    [...(nodeCount > 1 ? ["trtllm-llmapi-launch"] : []), "trtllm-serve", "serve"],
    ["--host", { place: "address" }],
    ["--port", String(port)],
    ...(servedName === undefined ? [] : [[{ option: servedName, value: deployment.model }]]),
    [
      launcherFactAt("trtllm-serve", "configFlag", version) ?? "--config",
      { place: "file", path: `config/${file}.yaml` },
    ],
    ["--", { place: "model" }],
  ];
}

function servedNameFlag(version: string): string | undefined {
  return launcherFactAt("trtllm-serve", "servedNameFlag", version);
}
