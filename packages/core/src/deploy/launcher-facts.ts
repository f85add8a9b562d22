import { compareVersions } from "../engine/version.ts";

/** A value that holds from a version on; `source` says where that was read. */
export interface Since<T> {
  readonly from: string;
  readonly value: T;
  readonly source: string;
}

/** The value for a version: the last row whose `from` is not newer. Undefined before the first. */
export function atVersion<T>(rows: readonly Since<T>[], version: string): T | undefined {
  return rows.findLast(({ from }) => compareVersions(from, version) <= 0)?.value;
}

/**
 * What launchers are called, where their files are and which version takes which flag. These are
 * facts and no logic: they move to data/launchers/ as they are once build-data reads that folder.
 */
export const LAUNCHERS = {
  trtllmServe: {
    image: "nvcr.io/nvidia/tensorrt-llm/release",
    /** trtllm-serve's own default; a plan's servers count up from it. */
    firstPort: 8000,
    configFlag: [
      { from: "0", value: "--extra_llm_api_options", source: "trtllm docs, trtllm-serve" },
      { from: "1.2.0", value: "--config", source: "trtllm docs, trtllm-serve @0434755f" },
    ],
    /** Before, a server calls its model by the Hub id or the folder's name. */
    servedNameFlag: [
      { from: "1.3.0rc1", value: "--served_model_name", source: "trtllm_serve_cli.yaml @029e223d" },
    ],
    /** Uneven pipeline stages. The first release with the key is not known; 1.2.1 has it. */
    uneven: [{ from: "1.2.0", value: "pp_partition", source: "trtllm llm_args.py" }],
  },
  triton: {
    image: "nvcr.io/nvidia/tritonserver",
    httpPort: 8000,
    grpcPort: 8001,
    metricsPort: 8002,
    server: "/opt/tritonserver/bin/tritonserver",
    worker: "/opt/tritonserver/backends/tensorrtllm/trtllmExecutorWorker",
    templates: "/app/all_models/inflight_batcher_llm",
    launchScript: "/app/scripts/launch_triton_server.py",
    examples: "/app/examples",
    /** WorldConfig's kDefaultGpusPerNode: what an engine says of its host unless told otherwise. */
    defaultGpusPerNode: 8,
    /** The last release with the engine backend that ships in a Triton container. */
    lastEngineVersion: "1.2.1",
    tag: [
      { from: "0.18.0", value: "25.03", source: "triton compatibility.md" },
      { from: "0.18.2", value: "25.04", source: "triton compatibility.md" },
      { from: "0.19.0", value: "25.05", source: "triton compatibility.md" },
      { from: "0.20.0", value: "25.07", source: "triton compatibility.md" },
      { from: "0.21.0", value: "25.08", source: "triton compatibility.md" },
      { from: "1.0.0", value: "25.10", source: "triton compatibility.md" },
      { from: "1.1.0", value: "26.02", source: "triton compatibility.md" },
      { from: "1.2.0", value: "26.03", source: "triton compatibility.md" },
      { from: "1.2.1", value: "26.07", source: "triton compatibility.md" },
    ],
  },
} as const;
