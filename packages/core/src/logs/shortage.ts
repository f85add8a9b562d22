import { amountAfter } from "./amounts.ts";
import type { Failures } from "./failures/failures.ts";
import { keptText } from "./line.ts";
import type { LogStage } from "./log-document.ts";

/** Lines of TensorRT-LLM's report on too little memory; the longest seen has 20. */
const MOST_LINES = 40;
const COMPONENT = "The following component could not be created:";
const TOTAL = "Total GPU memory (GiB):";
const FREE = "Free GPU memory before component creation attempt (GiB):";
/** "model_extra: 197.99 / 200.47", in a line of its own. */
const STAGE = /^([^:]{1,120}): (\d{1,6}\.\d{1,4}) \/ (\d{1,6}\.\d{1,4})$/;

/** Reads the report that follows "Executor creation failed due to insufficient GPU memory". */
export class Shortage {
  #left = 0;
  #stages: LogStage[] = [];

  get stages(): readonly LogStage[] {
    return this.#stages;
  }

  clear(): void {
    this.#stages = [];
  }

  take(text: string, failures: Failures): void {
    if (text.includes("Executor creation failed")) {
      this.#left = MOST_LINES;
      this.#stages = [];
      return;
    }
    if (this.#left === 0) {
      return;
    }
    this.#left -= 1;
    const bytes = (after: string): number | undefined => {
      const at = text.indexOf(after);
      const amount = at < 0 ? undefined : amountAfter(text, at + after.length, "GiB");
      return amount === undefined ? undefined : Math.round(amount.value);
    };
    const component = text.indexOf(COMPONENT);
    const [totalBytes, freeBytes] = [bytes(TOTAL), bytes(FREE)];
    failures.detail({
      ...(component < 0 ? {} : { component: keptText(text.slice(component + COMPONENT.length)) }),
      ...(totalBytes === undefined ? {} : { totalBytes }),
      ...(freeBytes === undefined ? {} : { freeBytes }),
    });
    this.#takeStage(text.trim());
  }

  #takeStage(text: string): void {
    const [, name, before, after] = STAGE.exec(text) ?? [];
    const gib = (digits: string | undefined): number =>
      Math.round(amountAfter(digits ?? "", 0, "GiB")?.value ?? 0);
    if (name !== undefined) {
      this.#stages.push({ name, freeBeforeBytes: gib(before), freeAfterBytes: gib(after) });
    }
  }
}
