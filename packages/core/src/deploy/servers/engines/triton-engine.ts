import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import { READY_PATH, tritonPortsFrom } from "../../targets/triton/ports.ts";
import { leaderFiles, leaderOf } from "../../targets/triton-engine/leader-files.ts";
import { ENGINE_RULES, hasImage, leadsItself } from "../../targets/triton-engine/rules.ts";
import type { EngineLauncher } from "../engine-launcher.ts";

/** Triton with one TensorRT engine, which leads itself: a process a card, of which the first answers. */
export const tritonEngineLauncher: EngineLauncher = {
  engine: "tensorrt-llm-engine",
  firstPort: launcherFact("triton", "httpPort"),
  readyPath: READY_PATH,
  rules: [...ENGINE_RULES, hasImage, leadsItself],
  image: (version) => ({
    name: launcherFact("triton", "image"),
    tag: `${launcherFactAt("triton", "tag", version) ?? version}-trtllm-python-py3`,
  }),
  servedName: () => undefined,
  command: ({ file }) => [
    ["sh", { place: "file", path: `triton/${file}/start.sh` }],
    [{ place: "address" }],
  ],
  environment: () => [],
  files: leaderFiles,
  checks: () => [],
  morePorts: (port) => {
    const { grpc, metrics } = tritonPortsFrom(port);
    return [
      { name: "grpc", port: grpc },
      { name: "metrics", port: metrics },
    ];
  },
  triton: leaderOf,
  modelNeed: () => undefined,
  usesNccl: true,
};
