import type { RouterRule } from "../router.ts";
import { everyName, speaks } from "../rules.ts";

export const LITELLM_NAMES: readonly RouterRule[] = [
  speaks("litellm", ["openai", "triton-ensemble"]),
  everyName((name) => name.includes("*"), "LiteLLM takes * for any text"),
];
