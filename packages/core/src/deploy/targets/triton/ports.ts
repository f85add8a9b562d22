import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { RenderOptions } from "../target.ts";

/** Where one Triton server listens. */
export interface TritonPorts {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

/** Room for three ports a server, in numbers that are easy to tell apart. */
const STEP = 10;

/** Ports of one host's servers, each by its name in files and its position from 0: those that it has, else free ones. */
export function tritonPorts({
  firstPort = launcherFact("triton", "httpPort"),
  keptPorts = new Map<string, number>(),
}: RenderOptions): (file: string, position: number) => TritonPorts {
  const taken = new Set([...keptPorts.values()].flatMap((port) => Object.values(from(port))));
  return (file, position) => {
    const kept = keptPorts.get(file);
    let ports = from(kept ?? firstPort + position * STEP);
    while (kept === undefined && Object.values(ports).some((port) => taken.has(port))) {
      ports = from(ports.http + STEP);
    }
    for (const port of Object.values(ports)) {
      taken.add(port);
    }
    return ports;
  };
}

function from(http: number): TritonPorts {
  return { http, grpc: http + 1, metrics: http + 2 };
}

/** Room for a thousand servers a host between the three. */
const APART = 1000;

const LAST_PORT = 65_535;

/** Ports of a server whose HTTP port is given, where servers' ports count up one by one. */
export function tritonPortsFrom(http: number): TritonPorts {
  const step = http + 2 * APART <= LAST_PORT ? APART : -APART;
  return { http, grpc: http + step, metrics: http + 2 * step };
}

/** Options that make a server listen, at `"$address"`. */
export function portOptions(ports: TritonPorts): readonly string[] {
  return Object.entries(ports).flatMap(([endpoint, port]) => [
    `--${endpoint}-address="$address"`,
    `--${endpoint}-port=${port}`,
  ]);
}

/** Options that keep Triton itself from taking memory on its cards: models bring their own. */
export function noPools(gpuCount: number): readonly string[] {
  return [
    "--pinned-memory-pool-byte-size=0",
    "--enable-peer-access=false",
    ...Array.from({ length: gpuCount }, (_, gpu) => `--cuda-memory-pool-byte-size=${gpu}:0`),
  ];
}

/** 200 once every model is loaded. */
export const READY_PATH = "/v2/health/ready";
