import { square } from "../units/same-math.ts";
import { promptPairs } from "./roofline.ts";
import type { SpeedSetting } from "./speed-setting.ts";
import { decodeStep, promptOccupancy, promptStep, promptTime } from "./step-time.ts";

/** A load test: so many clients, each of which sends its next request when the last is answered. */
export interface ClosedLoad {
  readonly clients: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Sequences that the KV cache holds at this length; all clients where absent. */
  readonly mostSequences?: number;
}

export interface ClosedSpeed {
  readonly tpot: number;
  readonly ttft: number;
}

/**
 * What a load test of fixed concurrency measures. While a sequence gets its tokens, the steps also read the prompts
 * of the clients that start meanwhile. Prompts start in groups of 1 + startsTogether · clients, since outputs of one
 * length end together.
 */
export function closedLoop(setting: SpeedSetting, load: ClosedLoad): ClosedSpeed {
  const { clients, promptTokens, outputTokens } = load;
  const most = Math.max(1, load.mostSequences ?? clients);
  const running = Math.min(clients, most);
  const step = decodeStep(setting, running, promptTokens + outputTokens / 2);
  const prompt = { tokens: promptTokens, pairs: promptPairs(promptTokens), prompts: 1 };
  const together = 1 + startsTogether(setting) * clients;
  const perPrompt = promptOccupancy(setting, prompt) + promptStep(setting) / together;
  const first =
    firstTokenSeconds(setting) +
    waitSteps(setting) * step +
    promptStep(setting) +
    together * promptTime(setting, prompt);
  const output = outputSeconds({
    steps: (outputTokens * step) / setting.speculation.accepted,
    prompts: (running - 1) * perPrompt,
    first,
  });
  const forRoom = Math.max(0, clients / most - 1) * (first + output);
  return { tpot: output / outputTokens, ttft: first + forRoom };
}

/**
 * Seconds that an output takes: its own steps, and the prompts of all other clients as far as they are read in that
 * time and not while the sequence waits for its first token: output = steps + prompts · output / (first + output).
 */
function outputSeconds({
  steps,
  prompts,
  first,
}: {
  readonly steps: number;
  readonly prompts: number;
  readonly first: number;
}): number {
  const rest = first - steps - prompts;
  return (Math.sqrt(square(rest) + 4 * steps * first) - rest) / 2;
}

function startsTogether({ stages }: SpeedSetting): number {
  return Math.max(
    ...stages.flatMap(({ cards }) => cards.map((card) => card.constants.startsTogether)),
  );
}

/** From arrival to the first token, beside all steps. */
export function firstTokenSeconds({ stages }: SpeedSetting): number {
  return Math.max(
    ...stages.flatMap(({ cards }) => cards.map((card) => card.constants.firstTokenSeconds)),
  );
}

/** Steps that pass until a prompt is taken up: half of the one that runs, and more where ranks start prompts together. */
export function waitSteps({ stages, attentionDp }: SpeedSetting): number {
  const waits = stages.flatMap(({ cards }) => cards.map((card) => card.constants.attentionDpSteps));
  return 1 / 2 + (attentionDp ? Math.max(...waits) : 0);
}
