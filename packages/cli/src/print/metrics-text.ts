import type { WatchDocument } from "@berth/core/verify";

/** Counts of a watch since it began. */
export interface WatchCounts {
  readonly samples: number;
  /** How often each source could not be asked. */
  readonly failures: ReadonlyMap<string, number>;
}

type Labels = Readonly<Record<string, string | undefined>>;
type Sample = readonly [labels: Labels, value: number | undefined];

/** The last sample as Prometheus reads it; what was not measured has no line, so that nothing old looks new. */
export function metricsText(document: WatchDocument, counts: WatchCounts): string {
  return [
    ...watchFamilies(document, counts),
    ...cardFamilies(document),
    ...engineFamilies(document),
  ].join("");
}

function watchFamilies(
  { at, sources, alarms }: WatchDocument,
  { samples, failures }: WatchCounts,
): readonly string[] {
  const perSource = sources.map(({ name, isUp }): Sample => [{ source: name }, Number(isUp)]);
  const failed = sources.map(({ name }): Sample => [{ source: name }, failures.get(name) ?? 0]);
  return [
    family("berth_watch_samples_total", "counter", "Samples taken since the watch began.", [
      [{}, samples],
    ]),
    family(
      "berth_watch_last_sample_timestamp_seconds",
      "gauge",
      "When the last sample was taken, in Unix time.",
      [[{}, Date.parse(at) / 1000]],
    ),
    family(
      "berth_watch_source_up",
      "gauge",
      "Whether nvidia-smi of a host, or an engine's endpoint, answered: 1 or 0.",
      perSource,
    ),
    family(
      "berth_watch_source_failures_total",
      "counter",
      "How often a host or an endpoint did not answer.",
      failed,
    ),
    family("berth_watch_alarms", "gauge", "Alarms now.", [[{}, alarms.length]]),
    family(
      "berth_watch_alarm",
      "gauge",
      "An alarm, by its code and the card or engine that it is of: 1 while it lasts.",
      alarms.map(
        (alarm): Sample => [
          {
            code: alarm.code,
            card: "gpu" in alarm ? alarm.gpu : undefined,
            engine: "engine" in alarm ? alarm.engine : undefined,
          },
          1,
        ],
      ),
    ),
  ];
}

function cardFamilies({ gpus }: WatchDocument): readonly string[] {
  const card = (
    name: string,
    help: string,
    value: (gpu: WatchDocument["gpus"][number]) => number | undefined,
  ): string =>
    family(
      `berth_card_${name}_bytes`,
      "gauge",
      help,
      gpus.map((gpu): Sample => [{ card: gpu.id, host: gpu.host, uuid: gpu.uuid }, value(gpu)]),
    );
  return [
    card("memory", "What CUDA sees of a card.", (gpu) => gpu.memoryBytes),
    card("planned", "What the plan counts for its engines on a card.", (gpu) => gpu.plannedBytes),
    card("allowed", "The same and what the plan counts for others.", (gpu) => gpu.allowedBytes),
    card("likely", "What is most likely held when all engines are up.", (gpu) => gpu.likelyBytes),
    card("used", "What is held of a card now.", (gpu) => gpu.usedBytes),
    card("free", "What a new process could take.", (gpu) => gpu.freeBytes),
    card(
      "others_planned",
      "What the plan counts for processes of others.",
      (gpu) => gpu.othersPlannedBytes,
    ),
    card("others", "What processes of others hold now.", (gpu) => gpu.othersBytes),
  ];
}

function engineFamilies({ gpus, engines }: WatchDocument): readonly string[] {
  const shares = gpus.flatMap(({ id, shares: own }) =>
    own.map((share) => ({ ...share, labels: { engine: share.engines.join("+"), card: id } })),
  );
  const tokens = engines.map((engine) => ({ ...engine, labels: { engine: engine.name } }));
  return [
    family(
      "berth_engine_planned_bytes",
      "gauge",
      "What the plan counts for an engine on a card; several that can't be told apart are one.",
      shares.map(({ labels, plannedBytes }) => [labels, plannedBytes]),
    ),
    family(
      "berth_engine_used_bytes",
      "gauge",
      "What an engine's processes hold of a card now.",
      shares.map(({ labels, usedBytes }) => [labels, usedBytes]),
    ),
    family(
      "berth_engine_processes",
      "gauge",
      "Processes of an engine on a card.",
      shares.map(({ labels, processes }) => [labels, processes]),
    ),
    family(
      "berth_engine_kv_planned_tokens",
      "gauge",
      "Tokens that the plan has in an engine's KV cache.",
      tokens.map(({ labels, kvPlannedTokens }) => [labels, kvPlannedTokens]),
    ),
    family(
      "berth_engine_kv_tokens",
      "gauge",
      "Tokens that an engine's KV cache has room for.",
      tokens.map(({ labels, kvTokens }) => [labels, kvTokens]),
    ),
    family(
      "berth_engine_kv_used_tokens",
      "gauge",
      "Tokens of an engine's KV cache that are in use.",
      tokens.map(({ labels, kvUsedTokens }) => [labels, kvUsedTokens]),
    ),
  ];
}

function family(
  name: string,
  type: "gauge" | "counter",
  help: string,
  samples: readonly Sample[],
): string {
  const lines = samples.flatMap(([labels, value]) =>
    value === undefined ? [] : [`${name}${labelText(labels)} ${value}\n`],
  );
  return [`# HELP ${name} ${help}\n`, `# TYPE ${name} ${type}\n`, ...lines].join("");
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${escaped(value)}"`],
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Names come from fleet files and may hold anything. */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
