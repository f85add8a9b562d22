import { longestRequest } from "../../capacity/request-lengths.ts";
import { lengthSlices } from "../../capacity/workload-lengths.ts";
import { formatCount } from "../../units/format.ts";
import type { AskedReplicas } from "./asked-replicas.ts";
import type { ReplicaModel } from "./replica-model.ts";

/** What is done with requests that are longer than a sequence, and with prompts that are shorter than their prefix. */
export function lengthWarnings({ answered, replicas }: AskedReplicas): readonly string[] {
  return answered.flatMap((name) => {
    const own = replicas.filter(({ deployment }) => deployment.model === name);
    return [...cutWarning(name, own), ...prefixWarning(name, own)];
  });
}

/** A request in a thousand: what a lognormal length has beyond any limit is no news. */
const LEAST_SHARE = 0.001;

function cutWarning(name: string, own: readonly ReplicaModel[]): readonly string[] {
  const cut = Math.max(0, ...own.map(({ serving }) => serving.shape.cutShare));
  const longest = Math.min(...own.map((one) => longestRequest(one.workload, one.serving.limits)));
  const limit = Math.min(...own.map(({ serving }) => serving.limits.maxSeqLen));
  return cut < LEAST_SHARE
    ? []
    : [
        `${name}: ${percent(cut)} of its requests have more than the ${formatCount(longest)} tokens ${longest < limit ? `that the cache has room for, less than the ${formatCount(limit)} of a sequence` : "of a sequence"}, and are cut there`,
      ];
}

function prefixWarning(name: string, own: readonly ReplicaModel[]): readonly string[] {
  const finding = own.find(({ serving }) => serving.limits.reusesPrefix);
  const { sharedPrefix, prompt } = finding?.workload ?? {};
  if (sharedPrefix === undefined || sharedPrefix.share === 0 || prompt === undefined) {
    return [];
  }
  const { lengths } = lengthSlices(prompt);
  const short = lengths.filter((length) => length < sharedPrefix.tokens).length / lengths.length;
  return short < LEAST_SHARE
    ? []
    : [
        `${name}: ${percent(short)} of its prompts are shorter than the ${formatCount(sharedPrefix.tokens)} tokens that they share; these are taken to share all but their last token`,
      ];
}

/** With a digit where there are few. */
function percent(share: number): string {
  return `${(PERCENT * share).toFixed(share < FEW ? 1 : 0)} %`;
}

const PERCENT = 100;
const FEW = 0.1;
