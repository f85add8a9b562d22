import type { Fleet } from "../../hardware/fleet.ts";
import type { StoredWeights } from "../../model/quantization.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { weightsOf } from "../estimate-request.ts";
import { runnable } from "../planned-precisions.ts";
import { ANY_PP, ANY_TP, type Attempt, type Family, layoutText } from "./remedy.ts";

/** Another precision in the layout that was asked for, the finest first. */
export const otherPrecision: Family = {
  *attempts({ model, fleet }) {
    const tried = model.weights.map(({ quantization }) => quantization);
    const weights = runnable(model, fleet)
      .filter((quantization) => !tried.includes(quantization))
      .map((quantization) => weightsOf(model.name, model.spec, quantization));
    const looser = weightedAttempt(model, weights);
    yield* weights.map((one) => ({ ...weightedAttempt(model, [one]), looser }));
  },
};

/** The model at any of these precisions. */
function weightedAttempt(model: PlannedModel, weights: readonly StoredWeights[]): Attempt {
  const [to, from] = [weights, model.weights].map((some) =>
    some.map(({ quantization }) => quantization).join(" or "),
  );
  return {
    change: { quantization: to },
    model: (own) => ({ ...own, weights }),
    say: (_, name) =>
      name === undefined ? `Run it at ${to}.` : `Run ${name} at ${to} instead of ${from}.`,
  };
}

/** Another layout in the precision that was asked for, where the fleet file fixed the layout. */
export const otherLayout: Family = {
  *attempts({ model, fleet }) {
    if (!hasOthers(model, fleet)) {
      return;
    }
    yield {
      change: { tp: ANY_TP, pp: ANY_PP },
      model: (own) => ({ ...own, tp: ANY_TP, pp: ANY_PP }),
      say: (placed) => `Give it another layout: ${layoutText(model, placed)}.`,
    };
  },
};

/** Whether some host, or the fleet where stages may be on several, has cards enough for a layout that was not asked for. */
function hasOthers({ tp, pp, maySpanHosts }: PlannedModel, { gpus }: Fleet): boolean {
  const counts = [...new Set(gpus.map(({ host }) => host))].map(
    (host) => gpus.filter((gpu) => gpu.host === host).length,
  );
  const most = maySpanHosts === true ? gpus.length : Math.max(0, ...counts);
  return ANY_TP.some((ranks) =>
    ANY_PP.some((stages) => ranks * stages <= most && !(tp.includes(ranks) && pp.includes(stages))),
  );
}
