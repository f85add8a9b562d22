import { shellQuote } from "../text/shell.ts";
import type { ServerCheck } from "./engine-server.ts";

/**
 * Shell lines that end the script where the check on "$model" fails. A checkpoint that asks for
 * another KV cache than the planned 16 bits must not be served silently.
 */
export function checkLines({ kvCacheDtype }: ServerCheck): readonly string[] {
  return [
    "",
    `# The plan counts on a ${kvCacheDtype} KV cache. No setting forces it: a checkpoint may ask for another.`,
    `for file in "$model/hf_quant_config.json" "$model/config.json"; do`,
    `  if [ -f "$file" ] && tr -d '[:space:]' <"$file" | grep -Eq ${shellQuote(ASKS_FOR_KV)}; then`,
    `    printf 'start: %s asks for a KV cache of its own, the plan counts on ${kvCacheDtype}; plan it with kvCacheDtype auto\\n' "$file" >&2`,
    "    exit 2",
    "  fi",
    "done",
    `if [ ! -d "$model" ]; then`,
    `  printf 'start: %s is no folder to look into: should its files ask for another KV cache than ${kvCacheDtype}, it gets that\\n' "$model" >&2`,
    "fi",
  ];
}

/** In hf_quant_config.json or quantization_config, as ModelOpt and compressed-tensors write it. */
const ASKS_FOR_KV = '"kv_cache_(quant_algo":"[A-Za-z]|scheme":[{])';
