import { seconds } from "../units/units.ts";
import { decodeSeconds, hopSeconds } from "./decode.ts";
import { type PromptLoad, promptSeconds, promptStepSeconds } from "./prefill.ts";
import type { StepTime } from "./serving-limits.ts";
import type { SpeedSetting } from "./speed-setting.ts";

/**
 * How long a step takes that gives each of so many sequences of this length one more token. Stages that work at
 * the same time each have a part of the batch; a token still passes all of them.
 */
export function decodeStep(setting: SpeedSetting, sequences: number, context: number): number {
  const { stages, overlapsStages, speculation } = setting;
  const part = overlapsStages ? sequences / stages.length : sequences;
  const times = stages.map((stage) => decodeSeconds(setting, stage, { sequences: part, context }));
  const hops = stages.reduce(
    (sum, { hop, work }) => sum + hopSeconds(hop, work.hiddenBytes, part * speculation.verified),
    0,
  );
  const once = times.reduce((sum, time) => sum + time, 0) + hops;
  return overlapsStages ? Math.max(once, stages.length * Math.max(...times)) : once;
}

/** How long prompts keep their step busy beyond `decodeStep`: until they have passed every stage. */
export function promptTime(setting: SpeedSetting, load: PromptLoad): number {
  return setting.stages.reduce(
    (sum, stage) =>
      sum +
      promptSeconds(setting, stage, load) +
      hopSeconds(stage.hop, stage.work.hiddenBytes, load.tokens),
    0,
  );
}

/** How long prompts keep the busiest stage: what the throughput of a pipeline is bound by. */
export function promptOccupancy(setting: SpeedSetting, load: PromptLoad): number {
  const times = setting.stages.map((stage) => promptSeconds(setting, stage, load));
  return setting.overlapsStages ? Math.max(...times) : times.reduce((sum, time) => sum + time, 0);
}

/** What a step takes longer when it reads any prompt at all. */
export function promptStep({ stages }: SpeedSetting): number {
  return stages.reduce((sum, stage) => sum + promptStepSeconds(stage), 0);
}

/**
 * The time of any step: for simulations. Where stages work at the same time, a prompt takes what its busiest stage
 * does, since the others go on with what is next; `firstTokenDelay` has its passage through them.
 */
export function stepTimeOf(setting: SpeedSetting): StepTime {
  const perPromptStep = promptStep(setting);
  return ({ decodes, decodeContext, prefillTokens, prefillPairs }) => {
    const decode = decodeStep(setting, decodes, decodes > 0 ? decodeContext / decodes : 0);
    const prompts =
      prefillTokens > 0
        ? perPromptStep +
          promptOccupancy(setting, { tokens: prefillTokens, pairs: prefillPairs, prompts: 1 })
        : 0;
    return seconds(decode + prompts);
  };
}
