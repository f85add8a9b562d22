import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { Command } from "../command.ts";
import type { ServerCheck } from "../engine-server.ts";

/** "auto" is what the checkpoint asks for, and its own 16-bit type where it asks for none: looked at. */
export function kvTypeCheck(
  { kvCacheDtype }: PlanDeployment,
  name: string | undefined,
): readonly ServerCheck[] {
  return name === "auto" ? [{ kind: "checkpoint-leaves-kv-type", kvCacheDtype }] : [];
}

/** 16-bit weights are cast to the planned type; all others say what they are in their own files. */
export function weightType({ quantization }: PlanDeployment): Command {
  const name = DTYPES.get(quantization);
  return name === undefined ? [] : [["--dtype", name]];
}

const DTYPES: ReadonlyMap<string, string> = new Map([
  ["bf16", "bfloat16"],
  ["fp16", "float16"],
]);
