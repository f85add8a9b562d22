import type { Candidate } from "../../placement/candidate.ts";
import type { PlanDeployment, PlanGpu } from "../plan-document.ts";

/**
 * How a replica runs, in words: "fp8, tp 2, pp 1 on 2 rtx-4090". Two plans are really different where a model runs in
 * another way in one of them; which of several equal cards it is on makes no difference.
 */
export function wayToRun(deployment: PlanDeployment, gpus: readonly PlanGpu[]): string {
  const { quantization, kvCacheDtype, tp, pp, ep } = deployment;
  const kinds = deployment.gpus.map((id) => gpus.find((gpu) => gpu.id === id)?.catalogId ?? "");
  return wayText({ quantization, kvCacheDtype, tp, pp, ep, kinds });
}

/** The same of something that a solver may choose. */
export function wayOfCandidate({ weights, layout, request, parallelism }: Candidate): string {
  const { tp, pp, stages } = layout;
  const kinds = stages
    .flat()
    .flatMap(({ cardClass, ranks }) =>
      Array.from({ length: ranks }, () => cardClass.gpus[0]?.catalogId ?? ""),
    );
  const { kvCacheDtype } = request;
  return wayText({
    quantization: weights.quantization,
    kvCacheDtype,
    tp,
    pp,
    ep: parallelism.ep,
    kinds,
  });
}

function wayText({
  quantization,
  kvCacheDtype,
  tp,
  pp,
  ep,
  kinds,
}: {
  readonly quantization: string;
  readonly kvCacheDtype: string;
  readonly tp: number;
  readonly pp: number;
  readonly ep: number;
  readonly kinds: readonly string[];
}): string {
  const cards = [...new Set(kinds)]
    .sort()
    .map((kind) => `${kinds.filter((one) => one === kind).length} ${kind}`);
  const kv = kvCacheDtype === quantization ? "" : `, KV ${kvCacheDtype}`;
  const experts = ep === 1 ? "" : `, ep ${ep}`;
  return `${quantization}${kv}, tp ${tp}, pp ${pp}${experts} on ${cards.join(" and ")}`;
}
