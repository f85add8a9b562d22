import type { FleetFile, FleetModel } from "../../packages/core/src/documents/fleet-file-types.ts";
import { seededRandom } from "./random-placement.ts";

/** A fleet file, and what became of it. */
export interface FleetChange {
  readonly before: FleetFile;
  readonly after: FleetFile;
}

const CARDS = ["rtx-3090", "rtx-4090", "l4-24gb"] as const;
const MODELS = [
  "Qwen/Qwen2.5-0.5B",
  "Qwen/Qwen2.5-1.5B",
  "meta-llama/Llama-3.2-1B",
  "meta-llama/Llama-3.2-3B",
  "Qwen/Qwen2-7B",
] as const;

/** One or two hosts of up to three cards and up to four models; then models come, go, grow, shrink or are pinned. */
export function randomChange(seed: number): FleetChange {
  const random = seededRandom(seed);
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const pick = <T>(values: readonly T[]): T => values[whole(0, values.length - 1)] as T;
  const hosts = Array.from({ length: whole(1, 2) }, (_, i) => ({
    name: `h${i}`,
    gpus: Array.from({ length: whole(1, 3) }, () => ({ gpu: pick(CARDS), count: 1 })),
  }));
  const model = (name: string): FleetModel => ({
    name,
    model: pick(MODELS),
    tp: [1, 2],
    pp: 1,
    maxSeqLen: 4096,
    concurrency: { least: 1, want: whole(1, 24) },
    priority: whole(0, 1),
    ...(random() < 0.2 ? { replicas: 2 } : {}),
    ...(random() < 0.15 ? { exclusive: true } : {}),
    ...(random() < 0.3 ? { quantization: ["bf16", "int4-awq"] as const } : {}),
  });
  const models = Array.from({ length: whole(1, 4) }, (_, i) => model(`m${i}`));
  const changed = models.flatMap((one): FleetModel[] => {
    const what = random();
    if (what < 0.1) {
      return [];
    }
    if (what < 0.25) {
      return [{ ...one, concurrency: { least: 1, want: whole(1, 24) } }];
    }
    if (what < 0.35) {
      return [{ ...one, gpus: pick(hosts.map(({ name }) => `${name}:0`)) }];
    }
    return what < 0.4 ? [{ ...one, replicas: whole(1, 3) }] : [one];
  });
  const added = Array.from({ length: whole(0, 2) }, (_, i) => model(`new${i}`));
  const after = [...changed, ...added];
  return {
    before: { hosts, models },
    after: { hosts, models: after.length === 0 ? models : after },
  };
}
