// Starts a router from what is rendered, in front of servers of the test.
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { renderRouter } from "../../packages/core/src/deploy/routers/render-router.ts";
import type { RouterChoice } from "../../packages/core/src/deploy/routers/router-choice.ts";
import { twelveCards } from "../fixtures/deploy-plans.ts";
import { freePorts } from "./free-ports.ts";
import { endpointOf, type Served } from "./routed.ts";
import { type Bundle, writeBundle } from "./run-bundle.ts";

const plan = twelveCards("tensorrt-llm");

export interface RunningRouter {
  readonly port: number;
  readonly post: (body: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  readonly stop: () => Promise<void>;
}

/** Writes the router's files; throws with the reasons where they are refused. */
function routerBundle(served: readonly Served[], choice: RouterChoice): Bundle {
  const result = renderRouter(plan, served.map(endpointOf), choice);
  if (!result.ok) {
    throw new Error(result.refusals.map(({ text }) => text).join("; "));
  }
  return writeBundle(result.artifacts);
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) {
    child.kill("SIGKILL");
  }
});

export async function startRouter(
  served: readonly Served[],
  choice: RouterChoice,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningRouter> {
  const bundle = routerBundle(served, choice);
  const port = await freePorts();
  const child = spawn(`${bundle.folder}/bundle/router/start.sh`, [], {
    env: { ...process.env, BERTH_ROUTER_PORT: String(port), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said.text += chunk.toString();
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      running.delete(child);
      resolve();
    });
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/health`, child, said);
  return {
    port,
    get: (path, headers = {}) => fetch(`${url}${path}`, { headers }),
    post: (body, headers = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      }),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      bundle.remove();
    },
  };
}

/** Waits until the router answers; its own words are the error where it ends first. */
async function answering(
  url: string,
  child: ChildProcess,
  said: { readonly text: string },
): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) {
      return;
    }
    await delay(20);
  }
  throw new Error(`the router ended: ${said.text}`);
}

/** Looks again and again until it is so; the test's own time limit ends what never comes. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await delay(5);
  }
}
