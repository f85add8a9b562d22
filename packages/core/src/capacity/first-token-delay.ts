import { seconds } from "../units/units.ts";
import { firstTokenSeconds } from "./closed-loop.ts";
import type { FirstTokenDelay } from "./serving-limits.ts";
import type { SpeedSetting } from "./speed-setting.ts";
import { promptOccupancy, promptTime } from "./step-time.ts";

/** What `stepTimeOf` leaves out of a first token: the server's own time, and a prompt's way through the other stages. */
export function firstTokenDelay(setting: SpeedSetting): FirstTokenDelay {
  return {
    serverSeconds: seconds(firstTokenSeconds(setting)),
    passage: ({ prefillTokens, prefillPairs }) => {
      const load = { tokens: prefillTokens, pairs: prefillPairs, prompts: 1 };
      return seconds(
        prefillTokens > 0 ? promptTime(setting, load) - promptOccupancy(setting, load) : 0,
      );
    },
  };
}
