import type { Endpoint } from "../../packages/core/src/deploy/endpoint.ts";
import { twelveCards } from "../fixtures/deploy-plans.ts";

/** A server of a test as a bundle's endpoint: it serves `model`, and holds so many tokens. */
export interface Served {
  readonly model: string;
  readonly server: { readonly port: number };
  readonly kvTokens?: number;
  readonly serves?: Endpoint["deployments"][number]["serves"];
  /** What it answers to, where that is not the model's own name. */
  readonly name?: string;
  readonly takesAnyName?: boolean;
  readonly host?: string;
  readonly api?: Endpoint["api"];
}

const [FIRST] = twelveCards("tensorrt-llm").deployments;

export function endpointOf({ model, server, kvTokens = 8192, serves, ...more }: Served): Endpoint {
  if (FIRST === undefined) {
    throw new Error("the plan has no deployment");
  }
  const kv = { ...FIRST.kv, tokens: kvTokens };
  return {
    deployments: [
      {
        ...FIRST,
        model,
        kv,
        ...(serves === undefined ? {} : { serves }),
        gpus: [`${more.host ?? "box1"}:${server.port}`],
      },
    ],
    host: "box1",
    port: server.port,
    api: "openai",
    name: model,
    takesAnyName: true,
    readyPath: "/health",
    script: "start/x.sh",
    ...more,
  };
}
