import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import type { Command } from "../command.ts";
import type { EngineLauncher, Start } from "../engine-launcher.ts";
import { followsCheckpoint, serveConfig } from "./trtllm-serve/config.ts";
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
  files: (deployment, { file }) => [{ path: `config/${file}.yaml`, text: serveConfig(deployment) }],
  checks: (deployment) =>
    followsCheckpoint(deployment)
      ? [{ kind: "checkpoint-leaves-kv-type", kvCacheDtype: deployment.kvCacheDtype }]
      : [],
};

function command({ deployment, file, port }: Start): Command {
  const { version } = deployment.engine;
  const servedName = servedNameFlag(version);
  return [
    ["trtllm-serve", "serve"],
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
