import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { estimate, importPreset } from "@berth/core";
import { engineById } from "../../packages/core/src/catalog/engine-catalog.ts";
import { speedRow } from "../../packages/core/src/catalog/speed-catalog.ts";
import { type FactQuery, type FactTable, factsFor } from "../../packages/core/src/engine/facts.ts";
import { type Compared, engineOf, errorOf } from "../../scripts/docs/accuracy-page.ts";
import type { LawError } from "../../scripts/docs/law-errors.ts";
import { profileRows, termOf } from "../../scripts/fits/vllm.ts";
import { datacentreCases } from "../../scripts/speed/datacentre-rows.ts";
import { ratiosOf } from "../../scripts/speed/errors.ts";
import { rtxRows } from "../../scripts/speed/rtx-rows.ts";
import { checkpointResults, OUTLIERS } from "./checkpoint-sizes.ts";
import { capacities, comparisons, isTruthThere } from "./log-comparisons.ts";
import { estimated, visionRows } from "./vision-profiles.ts";

const GIB = 2 ** 30;
const TRUTH = new URL("../../../shared/truth/", import.meta.url);

/** Laws that are compared by what they are for, not by the terms that are added up. */
const WHOLE: Readonly<Record<string, Pick<LawError, "ids" | "law">>> = {
  "KV tokens": { ids: ["kv-tokens"], law: "sequences * blocks_per_sequence * tokens_per_block" },
  "KV bytes a token": { ids: ["kv-pool"], law: "kv_tokens * bytes_per_token" },
  sequences: { ids: ["kv-tokens"], law: "sequences * blocks_per_sequence * tokens_per_block" },
};

/** All that was measured of the laws, by others and by us. */
export function lawErrors(): readonly LawError[] {
  return [
    ...ofLogs(),
    ofCheckpoints(),
    ...ofForwardPasses(),
    ...ofProfiles(),
    ...ofProcesses(),
    ...ofStarts(),
    ...ofServing(),
  ].filter(({ errors }) => errors.length > 0);
}

const law = (...ids: LawError["ids"]): Pick<LawError, "ids"> => ({ ids });

/** Sizes of what can be compared: the test of them says why some can't. */
function ofCheckpoints(): LawError {
  const like = checkpointResults.filter(({ model }) => !Object.hasOwn(OUTLIERS, model));
  const others = checkpointResults.length - like.length;
  return {
    ...law("weights"),
    of: `published checkpoint sizes, without ${others} of unknown content`,
    errors: like.map(({ error }) => error),
  };
}

function ofLogs(): readonly LawError[] {
  const groups = new Map<string, LawError & { readonly errors: number[] }>();
  for (const one of [...comparisons, ...capacities]) {
    for (const about of lawsOf(one)) {
      const where = one.fit === undefined ? "in start-up logs of" : "held by";
      const of = `${PRINTED[one.what] ?? one.what} ${where} ${engineOf(one.id)}`;
      const key = JSON.stringify([about.ids[0], about.law, of]);
      const known = groups.get(key) ?? { ...about, of, errors: [] };
      const [first, ...others] = about.ids;
      const ids = [first, ...new Set([...known.ids.slice(1), ...others])] as const;
      groups.set(key, { ...known, ids });
      known.errors.push(errorOf(one));
    }
  }
  return [...groups.values()];
}

/** What logs print of a sum of laws. */
const PRINTED: Readonly<Record<string, string>> = {
  activations: "peaks of activations",
  "outside PyTorch": "memory outside PyTorch",
};

/** A sum of terms speaks of each of them. */
function lawsOf({ what, laws = [] }: Compared): readonly Pick<LawError, "ids" | "law">[] {
  const ids = laws.map(({ id }) => id);
  const ofEach = laws.map(({ id, law: own }) => ({
    ids: [id, ...ids.filter((other) => other !== id)] as const,
    law: own,
  }));
  const whole = WHOLE[what];
  return whole === undefined ? ofEach : [whole];
}

interface ForwardRow {
  readonly model: string;
  readonly batch: number;
  readonly tokens: number;
  readonly param_bytes: number;
  readonly kv_bytes: number;
  readonly non_torch_mib: number;
}

/** Models of random weights in PyTorch on an H100: what their weights take, and the KV cache of a step. */
function ofForwardPasses(): readonly LawError[] {
  const rows = linesOf<ForwardRow>(new URL("measured-forward-h100.jsonl", TRUTH));
  const ranks = rows.flatMap((row) => {
    const spec = importPreset(row.model);
    const [rank] = spec === undefined ? [] : estimate({ gpu: "h100-sxm-80gb" }, spec).ranks;
    const hasWindows = spec?.layers.some(({ layer }) => layer.attention.kind === "sliding");
    return rank === undefined ? [] : [{ row, rank, hasWindows }];
  });
  const weights = new Map(
    ranks.map(({ row, rank }) => [
      row.model,
      (rank.terms.find(({ id }) => id === "weights")?.bytes ?? 0) / row.param_bytes - 1,
    ]),
  );
  const of = "of forward passes on an H100";
  return [
    { ...law("weights"), of: `weights ${of}`, errors: [...weights.values()] },
    {
      ids: ["kv-pool"],
      law: "kv_tokens * bytes_per_token",
      of: `KV caches without windows ${of}`,
      errors: ranks
        .filter(({ hasWindows }) => !hasWindows)
        .map(
          ({ row, rank }) => (rank.kv.bytesPerToken * row.batch * row.tokens) / row.kv_bytes - 1,
        ),
    },
  ];
}

/** The peaks that vLLM printed of its profile runs. */
function ofProfiles(): readonly LawError[] {
  const profiles = profileRows.map((row) => {
    const term = termOf(row, factsAt("vllm", row.version, row.quantization));
    return { law: term.law, error: term.bytes / GIB / row.activationGiB - 1 };
  });
  const visions = visionRows.flatMap((row) => {
    const terms = estimated(row).terms.filter(({ id }) => id === "activations" || id === "vision");
    const sum = terms.reduce((total, { bytes }) => total + bytes, 0) / GIB;
    const own = terms.find(({ id }) => id === "vision")?.law ?? "";
    return row.activationGiB === undefined
      ? []
      : [{ law: own, error: sum / row.activationGiB - 1 }];
  });
  const byLaw = (ids: LawError["ids"], of: string, rows: typeof profiles): readonly LawError[] =>
    [...new Set(rows.map((row) => row.law))].map((own) => ({
      ids,
      law: own,
      of,
      errors: rows.filter((row) => row.law === own).map(({ error }) => error),
    }));
  return [
    ...byLaw(["activations"], "peaks of profile runs of vLLM", profiles),
    ...byLaw(["vision", "activations"], "peaks of profile runs of vLLM with images", visions),
  ];
}

function factsAt(
  engine: string,
  version: string,
  quantization: FactQuery["quantization"] = "bf16",
): FactTable {
  const spec = engineById(engine);
  if (spec === undefined) {
    throw new Error(`no engine ${engine}`);
  }
  return factsFor(spec, { version, computeCapability: "9.0", quantization });
}

interface H200Row {
  readonly kind: string;
  readonly step?: string;
  readonly smi?: readonly number[];
  readonly reserved_mib?: number;
  readonly world?: number;
  readonly p2p_disabled?: string;
  readonly after_1mb_mib?: number;
}

/** What CUDA processes and NCCL communicators of our own took on an H100 and on H200s. */
function ofProcesses(): readonly LawError[] {
  const rows = linesOf<H200Row>(new URL("h200-x2-2026-11-22.jsonl", import.meta.url));
  const facts = factsAt("tensorrt-llm", engineById("tensorrt-llm")?.newestVersion ?? "");
  const held = rows
    .filter(({ step }) => step === "sampling")
    .map(({ smi: [used = 0] = [], reserved_mib = 0 }) => used - reserved_mib);
  const nccl = rows.filter(({ kind, world = 0 }) => kind === "nccl" && world > 1);
  return [
    {
      ...law("context"),
      of: "processes of PyTorch on an H200",
      errors: held.map((mib) => facts.need("contextMiB").value / mib - 1),
    },
    {
      ...law("communication"),
      of: "NCCL communicators on two H200s",
      errors: nccl.map(({ p2p_disabled, after_1mb_mib = 0 }) => {
        const fact = p2p_disabled === "1" ? "ncclHostMiB" : "ncclPeerToPeerMiB";
        return facts.need(fact).value / after_1mb_mib - 1;
      }),
    },
  ];
}

interface Step {
  readonly kind: string;
  readonly run: string;
  readonly terms: Readonly<Record<string, number>>;
  readonly kvPoolBytes: number;
  readonly freeBeforeBytes: number;
  readonly plannedKvTokens?: number;
  readonly kvTokens?: number;
}

/** Servers that `berth launch` started in the plan's order on one H200. */
function ofStarts(): readonly LawError[] {
  const rows = linesOf<Step>(new URL("h200-start-order-2026-11-22.jsonl", import.meta.url));
  const steps = rows.filter(({ kind }) => kind === "step");
  return [
    ...Object.entries(SERVERS).map(([run, which]) => ({
      ...law("free-at-start"),
      of: `free memory when another was there on an H200: servers ${which}`,
      errors: laterStarts(steps.filter((step) => step.run === run)),
    })),
    {
      ids: ["fraction"],
      law: "pool / free_for_kv",
      of: "KV tokens of such servers on an H200",
      errors: steps.flatMap(({ plannedKvTokens, kvTokens }) =>
        plannedKvTokens === undefined || kvTokens === undefined
          ? []
          : [plannedKvTokens / kvTokens - 1],
      ),
    },
  ];
}

/** The runs of these servers, which are our own. */
const SERVERS: Readonly<Record<string, string>> = {
  "terms of the plan": "that hold a plan's terms",
  "a model of its own": "with models in PyTorch, without TensorRT-LLM's libraries",
};

/** By what is most likely of those before, from what the first one found. */
function laterStarts(steps: readonly Step[]): readonly number[] {
  let free = steps[0]?.freeBeforeBytes ?? 0;
  return steps.flatMap(({ terms, kvPoolBytes, freeBeforeBytes }, at) => {
    const error = free / freeBeforeBytes - 1;
    free -= Object.values(terms).reduce((sum, bytes) => sum + bytes, kvPoolBytes);
    return at === 0 ? [] : [error];
  });
}

const NAMES: Readonly<Record<string, string>> = { "tensorrt-llm": "TensorRT-LLM", vllm: "vLLM" };

/** Times of load tests that others published. */
function ofServing(): readonly LawError[] {
  if (!isTruthThere) {
    return [];
  }
  const file = (name: string): string => fileURLToPath(new URL(name, TRUTH));
  const cases = [
    ...datacentreCases(file("serving-speed-datacentre.jsonl")),
    ...rtxRows(file("serving-speed-rtx.jsonl")).cases,
  ];
  return [...new Set(cases.map(({ engine }) => engine))].sort().flatMap((engine) => {
    const own = cases.filter((one) => one.engine === engine);
    const ratios = ratiosOf(own, (one) => speedRow(one.engine, one.architecture).constants);
    return (["tpot", "ttft"] as const).map((id) => ({
      ...law(id),
      of: `load tests of ${NAMES[engine] ?? engine}`,
      errors: ratios[id].map((ratio) => 1 / ratio - 1),
    }));
  });
}

function linesOf<T>(file: URL): readonly T[] {
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as T)
    : [];
}
