import { type FleetFile, InputError } from "@berth/core";
import { evaluateExpression, varsOf, type WorkloadChange } from "@berth/core/capacity";
import { type WhatIfDocument, whatIf } from "@berth/core/changes";
import { CancelledError } from "@berth/core/simulation";
import { WHAT_IF_RUN_TEXT } from "../text/what-if-run-en.ts";
import type { Watch } from "./protocol.ts";
import { planInputOf } from "./read-workspace.ts";
import type { WhatIfAsk, WhatIfProgress } from "./what-if-protocol.ts";

/** What the command line says of the same plan and flags. Throws a CancelledError once it is told to stop. */
export async function askWhatIf(
  { workspace, plan, scaleRate, rate, buy }: WhatIfAsk,
  { signal, pause, onProgress }: Watch<WhatIfProgress>,
): Promise<WhatIfDocument> {
  const input = await planInputOf(workspace);
  const { traces } = input;
  const refuseStopped = () => {
    if (signal.aborted) {
      throw new CancelledError("cancelled");
    }
  };
  const found = await whatIf({
    ...input,
    from: plan,
    changes: scaleRate === undefined ? [] : [{ kind: "scale-rate", times: scaleRate }],
    ...(buy.length === 0 ? {} : { buy }),
    asked: {
      ...(traces === undefined ? {} : { traces }),
      change: await changeOf(rate, input.fleet),
    },
    search: { signal, pause },
    onPlan: (what, done, all) => {
      refuseStopped();
      onProgress({ what, done, all });
    },
  });
  // a search that is ended has an answer all the same
  refuseStopped();
  return found;
}

async function changeOf(rate: string, { vars = {} }: FleetFile): Promise<WorkloadChange> {
  if (rate.trim() === "") {
    return {};
  }
  const place = { file: WHAT_IF_RUN_TEXT.rate };
  const value = await evaluateExpression(place, rate, await varsOf(place.file, vars), "rate");
  if (value < 0) {
    throw new InputError(place, `expected a number of at least 0, got ${value}`);
  }
  return { rate: value };
}
