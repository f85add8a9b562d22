/** In place of a target: no target starts the models of this plan over several hosts. */
export const ONE_HOST = "one-host";

/** What to ask for where a target can't carry a plan: another one, another plan, or where none takes all its engines, none. */
export function insteadText(target: string | undefined): string {
  if (target === undefined) {
    return "name no target, and each engine gets a folder with its own";
  }
  return target === ONE_HOST ? spanningText(undefined) : `use the target ${target}`;
}

/** What to do with a model over several hosts that a target can't start: the target that can, or another plan. */
export function spanningText(target: string | undefined): string {
  return target === undefined
    ? "plan it on one host, or with the engine tensorrt-llm and use the target trtllm-serve"
    : `use the target ${target}`;
}
