import { stringify } from "yaml";
import { llmArgs } from "../../servers/engines/trtllm-serve/config.ts";
import { visible } from "../../text/visible.ts";
import type { LlmapiServer } from "./server.ts";

/** model.yaml: what Triton's LLM-API model gives to the LLM, all knobs of the plan among it. */
export function modelYaml({ deployment, modelPath }: LlmapiServer): string {
  const head = [
    `LlmArgs of ${visible(deployment.model)}, replica ${deployment.replica}.`,
    "max_tokens is the planned size of the KV cache; the fraction is of what is free at its start,",
    "and holds in the plan's start order only.",
  ];
  const content = {
    model: modelPath,
    backend: "pytorch",
    ...llmArgs(deployment),
    // batches are the LLM's own affair: model.py takes no other value than 0
    triton_config: { max_batch_size: 0, decoupled: true },
  };
  return [...head.map((line) => `# ${line}`), stringify(content)].join("\n");
}
