import type { OpenProgram } from "../linear-program.ts";
import type { Asker } from "../standings.ts";
import { askBranching, isRefutedBranching, leastBehindBranching } from "./ask-branching.ts";
import { cheapestBranching } from "./cheapest-branching.ts";

/** Answers by branch and price, with these linear programs. */
export function branchingAsker(open: OpenProgram): Asker {
  return {
    ask: (search, at) => askBranching({ ...search, open }, at),
    isRefuted: (search, at) => isRefutedBranching({ ...search, open }, at),
    leastBehind: (search, at) => leastBehindBranching({ ...search, open }, at),
    cheapest: (search, state, layout) => cheapestBranching({ ...search, open }, state, layout),
  };
}
