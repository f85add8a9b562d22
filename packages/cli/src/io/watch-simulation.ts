import type { Terminal } from "./terminal.ts";

/** What a simulation is given so that people can watch it and stop it. */
export interface SimulationWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (line: string, done: number) => Promise<void>;
  /** To be called when it is over: takes the line away, and gives Ctrl-C back. */
  readonly close: () => void;
}

/** Shows how far a simulation is, where stderr is a terminal. Ctrl-C ends it, and a second one ends berth. */
export function watchSimulation(terminal: Terminal): SimulationWatch {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once("SIGINT", stop);
  return {
    signal: controller.signal,
    onProgress: (line, done) => {
      terminal.showProgress?.(`${line}: ${Math.floor(done * PERCENT)} %`);
      // lets a signal come in
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

const PERCENT = 100;
