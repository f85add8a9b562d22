import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { metricsText } from "../print/metrics-text.ts";
import type { ListenAddress } from "./listen-address.ts";
import { type MetricsServer, serveMetrics } from "./metrics-server.ts";
import { type Sample, takeSample, type Watching } from "./take-sample.ts";
import { sampleViewer } from "./watch-view.ts";

export interface WatchRequest {
  readonly watching: Watching;
  /** Where to serve metrics; undefined for nowhere. */
  readonly address: ListenAddress | undefined;
  readonly allowedHosts: readonly string[];
  readonly intervalMs: number;
  readonly isJson: boolean;
}

/** Looks again and again until it is interrupted, which is no failure. */
export async function watchOn(
  { watching, address, allowedHosts, intervalMs, isJson }: WatchRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const stop = (): void => interrupt.abort();
  // not once: a listener that is gone while a program runs lets execa end us as nobody listened
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const counts = new Counts();
  const show = sampleViewer(terminal, isJson);
  let server: MetricsServer | undefined;
  try {
    for (;;) {
      const began = Date.now();
      const sample = await takeSample(watching, terminal, signal);
      if (signal.aborted) {
        return EXIT.done;
      }
      counts.add(sample);
      if (address !== undefined && server === undefined) {
        server = await serveMetrics(address, allowedHosts, () => counts.text);
        terminal.remark(`metrics at http://${bracketed(address.host)}:${address.port}/metrics`);
      }
      await show(sample.document);
      const left = Math.max(0, intervalMs - (Date.now() - began));
      await sleep(left, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) {
        return EXIT.done;
      }
    }
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await server?.close();
  }
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** What was seen so far, as metrics. */
class Counts {
  #samples = 0;
  #text = "";
  readonly #failures = new Map<string, number>();

  get text(): string {
    return this.#text;
  }

  add({ document }: Sample): void {
    this.#samples += 1;
    for (const { name, isUp } of document.sources) {
      this.#failures.set(name, (this.#failures.get(name) ?? 0) + Number(!isUp));
    }
    this.#text = metricsText(document, { samples: this.#samples, failures: this.#failures });
  }
}
