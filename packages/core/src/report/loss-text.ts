import type { LostAtOnce, RateAfterLoss } from "./reason-hosts.ts";

/** Why a model does not outlive a loss, as one sentence. */
export function lossText(reason: LostAtOnce | RateAfterLoss): string {
  const what = reason.loss === "gpu" ? "card" : "host";
  if (reason.code === "rate-after-loss") {
    return `Without ${reason.lost} its other replicas carry ${rate(reason.carried)} requests a second within its targets, less than the ${rate(reason.requestsPerSecond)} that are asked for.`;
  }
  if (reason.loss === "host" && reason.replicas > 1) {
    return `It must outlive the loss of any one host, and only ${reason.hosts} ${reason.hosts === 1 ? "host has" : "hosts have"} cards for it.`;
  }
  return `It must outlive the loss of any one ${what}, which takes its one replica.`;
}

/** Three digits are as good as such an estimate gets. */
function rate(value: number): string {
  return String(Number(value.toPrecision(3)));
}
