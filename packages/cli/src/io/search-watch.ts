import type { SolveProgress } from "@berth/core";
import type { Terminal } from "./terminal.ts";

/** What a search is given so that people can watch it and stop it. */
export interface SearchWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SolveProgress) => void;
  readonly pause: () => Promise<void>;
  /** To be called when the search is over: takes the line away, and gives Ctrl-C back. */
  readonly close: () => void;
}

/**
 * Shows a long search on the terminal, where there is one. From its first pause on, Ctrl-C ends the search
 * with the best answer so far; a second one ends berth.
 */
export function watchSearch(terminal: Terminal): SearchWatch {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
    terminal.remark("stopped: this is the best plan so far");
  };
  let isListening = false;
  return {
    signal: controller.signal,
    onProgress: (progress) => terminal.showProgress?.(progressLine(progress)),
    pause: () => {
      if (!isListening) {
        isListening = true;
        process.once("SIGINT", stop);
      }
      return new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
    close: () => {
      process.removeListener("SIGINT", stop);
      terminal.showProgress?.("");
    },
  };
}

function progressLine({ placed, share, bound }: SolveProgress): string {
  const gap = bound > 0 ? (bound - share) / bound : 0;
  const models = `${placed} ${placed === 1 ? "model" : "models"} placed`;
  return `${models}, the worst-served gets ${percent(share)} of at most ${percent(bound)} (gap ${percent(gap)})`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
