import { shown } from "@berth/core";
import { type MetricsReading, readMetrics } from "@berth/core/verify";
import { ToolError } from "../tool-error.ts";
import { UsageError } from "../usage-error.ts";
import { createHttpClient, HttpProblem } from "./http-client.ts";

/** A busy vLLM answers with 2 MB. */
const MAX_METRICS_BYTES = 20_000_000;
const SECONDS = 10;

/** What a metrics endpoint says. Throws a ToolError where it does not answer, an InputError where it says nothing. */
export async function fetchMetrics(url: string): Promise<readonly MetricsReading[]> {
  refuseOtherUrls(url);
  const none = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };
  const client = createHttpClient({ cache: none, timeoutSeconds: SECONDS });
  try {
    const { body } = await client.get({ url, end: MAX_METRICS_BYTES });
    return readMetrics(url, new TextDecoder().decode(body));
  } catch (error) {
    if (error instanceof HttpProblem) {
      throw new ToolError(`${url}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function refuseOtherUrls(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol !== "http:" && protocol !== "https:") {
    throw new UsageError(
      `--metrics: expected a URL such as http://localhost:8002/metrics, got ${shown(url)}`,
    );
  }
}
