import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { overridable, shellCommand, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { HERE } from "../triton/script-parts.ts";
import { needFiles } from "./need-files.ts";
import type { TritonHost, TritonServer } from "./repository.ts";
import { orchestratorEnvironment } from "./server-scripts.ts";

const MIB = 1024 ** 2;

/** Whether Triton's OpenAI frontend can stand for a server, and why not. */
export type OpenaiFrontend =
  | { readonly isOffered: true; readonly tokenizer: string }
  | { readonly isOffered: false; readonly why: string };

/**
 * One tokenizer and one chat template serve all its models, it runs as an orchestrator that spawns, and it takes memory
 * on every card that it sees.
 */
export function openaiFrontend(host: TritonHost, { tokenizers }: TritonServer): OpenaiFrontend {
  const [tokenizer, ...others] = tokenizers;
  const need = launcherFact("triton", "openaiCardMib");
  const tight = host.gpus.filter(({ freeBytes }) => freeBytes < need * MIB).map(({ id }) => id);
  if (host.mode !== "orchestrator" || tokenizer === undefined) {
    const instead =
      "render with --triton-mode orchestrator, or plan for the engine tensorrt-llm and use the target trtllm-serve";
    return no(`it runs with spawned workers only, not in the mode ${host.mode}; ${instead}`);
  }
  if (others.length > 0) {
    const count = others.length + 1;
    const trouble = `it has one tokenizer and one chat template for all models, and these have ${count} tokenizers: prompts of chats would be wrong`;
    return no(`${trouble}; plan them for the engine tensorrt-llm and use the target trtllm-serve`);
  }
  return tight.length > 0
    ? no(
        `it takes about ${need} MiB of every card for itself, and less is free on ${tight.join(", ")}`,
      )
    : { isOffered: true, tokenizer: tokenizer.folder };
}

function no(why: string): OpenaiFrontend {
  return { isOffered: false, why };
}

/** Starts Triton inside its OpenAI frontend, with no model loaded yet, in place of start.sh. */
export function openaiScript(host: TritonHost, server: TritonServer, tokenizer: string): string {
  const { repository, ports } = server;
  return `${[
    "#!/bin/sh",
    `# Starts Triton on ${visible(host.name)} inside its OpenAI frontend; load-models.sh loads the models, in order.`,
    "# BERTH_OPENAI_FRONTEND is the folder of its main.py, BERTH_HOST the address to listen on (127.0.0.1;",
    "# in a container 0.0.0.0). It asks for no key.",
    "set -eu",
    HERE,
    ...overridable("address", "BERTH_HOST", "127.0.0.1"),
    ...overridable("frontend", "BERTH_OPENAI_FRONTEND", launcherFact("triton", "openaiFrontend")),
    ...needFiles(host, server, '"$here"/'),
    `if [ ! -f "$frontend/main.py" ]; then`,
    `  printf 'start-openai: there is no %s/main.py; set BERTH_OPENAI_FRONTEND\\n' "$frontend" >&2`,
    "  exit 1",
    "fi",
    "",
    ...orchestratorEnvironment(host),
    "",
    shellCommand([
      'exec python3 "$frontend/main.py"',
      `--model-repository "$here"/${repository}`,
      `--tokenizer ${shellQuote(tokenizer)}`,
      "--backend tensorrtllm",
      "--model-control-mode explicit",
      '--host "$address"',
      `--openai-port ${launcherFact("triton", "openaiPort")}`,
      "--enable-kserve-frontends",
      `--kserve-http-port ${ports.http}`,
      `--kserve-grpc-port ${ports.grpc}`,
    ]),
  ].join("\n")}\n`;
}
