import type { PlannedModel } from "../placement/planned-model.ts";
import { weightsOf } from "./estimate-request.ts";
import { runnable } from "./planned-precisions.ts";
import { ANY_PP, ANY_TP, type Family, layoutText } from "./remedy.ts";

/** Another precision in the layout that was asked for, the finest first. */
export const otherPrecision: Family = {
  kind: "precision",
  *attempts({ model, fleet }) {
    const tried = model.weights.map(({ quantization }) => quantization);
    for (const quantization of runnable(model, fleet).filter((name) => !tried.includes(name))) {
      yield {
        change: { quantization },
        model: (own) => ({ ...own, weights: [weightsOf(model.name, model.spec, quantization)] }),
        say: () => `Run it at ${quantization}.`,
      };
    }
  },
};

/** Another layout in the precision that was asked for, where the fleet file fixed the layout. */
export const otherLayout: Family = {
  kind: "layout",
  *attempts({ model }) {
    yield {
      change: { tp: ANY_TP, pp: ANY_PP },
      model: (own) => ({ ...own, tp: ANY_TP, pp: ANY_PP }),
      say: (placed) => `Give it another layout: ${layoutText(model, placed)}.`,
    };
  },
};

/** Both, where neither is enough. */
export const precisionAndLayout: Family = {
  kind: "precision-and-layout",
  *attempts({ model, fleet }, found) {
    if (found.has("precision") || found.has("layout")) {
      return;
    }
    for (const quantization of runnable(model, fleet)) {
      yield {
        change: { quantization, tp: ANY_TP, pp: ANY_PP },
        model: (own) => ({
          ...own,
          weights: [weightsOf(model.name, model.spec, quantization)],
          ...ANY_LAYOUT,
        }),
        say: (placed) =>
          `Run it at ${quantization} in another layout: ${layoutText(model, placed)}.`,
      };
    }
  },
};

const ANY_LAYOUT: Pick<PlannedModel, "tp" | "pp"> = { tp: ANY_TP, pp: ANY_PP };
