import { rulesOf } from "../../engine/registry.ts";
import { isSearchedForHosts } from "../spanning.ts";
import { ANY_PP, ANY_TP, type Attempt, type Family, layoutText } from "./remedy.ts";
import { cardsOf } from "./wishes.ts";

/** Its pipeline stages may be on several hosts, in the layout asked for or any. */
export const spanned: Family = {
  *attempts({ model, models, fleet }) {
    const hosts = new Set(fleet.gpus.map(({ host }) => host)).size;
    const { spansHosts } = rulesOf(model.engine, model.version);
    const replicas = models.map((one) => one.replicas);
    const isOpen = hosts > 1 && spansHosts && isSearchedForHosts(fleet, replicas);
    if (model.maySpanHosts === true || !isOpen) {
      return;
    }
    const sizes = { tp: ANY_TP, pp: ANY_PP };
    for (const change of [{}, sizes]) {
      yield {
        change: { acrossHosts: true, ...change },
        model: (own) => ({ ...own, ...change, maySpanHosts: true }),
        say: (placed) =>
          `Let its pipeline stages be on several hosts: ${layoutText(model, placed)}, on ${cardsOf(model, placed)}.`,
      } satisfies Attempt;
    }
  },
};
