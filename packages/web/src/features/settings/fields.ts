import { SETTINGS_TEXT } from "../../text/settings-en.ts";
import { chance, counts, indices, names, size, text, tokens } from "./codec.ts";
import { engineField, engineVersion, STEP_FIELDS } from "./engine-fields.ts";
import type { Field, FieldChoice, FieldGroup } from "./field.ts";
import { KV_CHOICES, QUANTIZATION_CHOICES } from "./precision-choices.ts";

const { groups, model, host, fleet } = SETTINGS_TEXT;

/** Watts that a host's cards may have; a rack of 72 takes some 130 kW. */
const MOST_WATTS = 1_000_000;
const MOST_PRIORITY = 1_000_000;

/** What models may have to outlive. */
const LOSSES: readonly FieldChoice[] = [
  { id: "gpu", text: model.anyCard },
  { id: "host", text: model.anyHost },
];

/** What may be said of a model. A newcomer needs the first group. */
export const MODEL_FIELDS: readonly FieldGroup[] = [
  {
    fields: [
      choice("quantization", model.quantization, QUANTIZATION_CHOICES),
      choice("kvCacheDtype", model.kvCacheDtype, KV_CHOICES),
      {
        key: "maxSeqLen",
        label: model.maxSeqLen,
        kind: "text",
        codec: tokens,
        hint: model.maxSeqLenHint,
        placeholder: "8k",
      },
      { key: "concurrency", label: model.want, leastLabel: model.least, kind: "range" },
      { key: "replicas", label: model.replicas, kind: "number", placeholder: "1" },
    ],
  },
  {
    title: groups.placing,
    fields: [
      sizes("tp", model.tp),
      sizes("pp", model.pp),
      sizes("ep", model.ep),
      {
        key: "gpus",
        label: model.gpus,
        kind: "text",
        codec: names,
        hint: model.gpusHint,
        placeholder: model.free,
        known: ({ gpus, catalog }) => [
          ...gpus.flatMap(({ id, host: name }) => [name, id]),
          ...(catalog?.gpus ?? []).map(({ id }) => id),
        ],
      },
      { key: "labels", label: model.labels, kind: "text", codec: names, hint: model.labelsHint },
      {
        key: "notWith",
        label: model.notWith,
        kind: "text",
        codec: names,
        hint: model.notWithHint,
        known: ({ fleet: { models } }) => models.map(({ name }) => name),
      },
      {
        key: "priority",
        label: model.priority,
        kind: "number",
        least: -MOST_PRIORITY,
        most: MOST_PRIORITY,
        placeholder: "0",
      },
      choice("survive", model.survive, [
        { id: "", text: model.ofFleet },
        { id: "none", text: model.nothing },
        ...LOSSES,
      ]),
      { key: "exclusive", label: model.exclusive, kind: "flag", on: true },
      { key: "spread", label: model.spread, kind: "flag", on: "host" },
      { key: "acrossHosts", label: model.acrossHosts, kind: "flag", on: true },
    ],
  },
  {
    title: groups.engine,
    fields: [engineField(model.ofFleet), engineVersion, ...STEP_FIELDS],
  },
  {
    title: groups.naming,
    fields: [
      { key: "name", label: model.name, kind: "text", codec: text, isNeeded: true },
      {
        key: "model",
        label: model.model,
        kind: "text",
        codec: text,
        hint: model.modelHint,
        isNeeded: true,
      },
    ],
  },
];

/** What may be said of a host, whether its cards are listed or printed. */
export const HOST_FIELDS: readonly Field[] = [
  {
    key: "reserve",
    label: host.reserve,
    kind: "text",
    codec: size,
    hint: host.reserveHint,
  },
  { key: "labels", label: host.labels, kind: "text", codec: names, hint: host.labelsHint },
  {
    key: "powerBudgetW",
    label: host.powerBudgetW,
    kind: "number",
    least: 0,
    most: MOST_WATTS,
    placeholder: host.none,
  },
  limit("memory", host.memory),
  limit("disk", host.disk),
];

/** What may be different on single cards of a host. */
export const CARD_FIELDS: readonly Field[] = [
  {
    key: "index",
    label: host.index,
    kind: "text",
    codec: indices,
    hint: host.indexHint,
    isNeeded: true,
  },
  { key: "reserve", label: host.reserve, kind: "text", codec: size },
  { key: "labels", label: host.labels, kind: "text", codec: names },
];

/** What holds for all cards; the first always shows. */
export const POLICY_FIELDS: readonly FieldGroup[] = [
  {
    title: groups.fleet,
    fields: [
      {
        key: "chanceToFit",
        label: fleet.chanceToFit,
        kind: "text",
        codec: chance,
        hint: fleet.chanceHint,
        placeholder: "99 %",
      },
      choice("sharing", fleet.sharing, [
        { id: "", text: fleet.shared },
        { id: "exclusive", text: fleet.exclusive },
      ]),
      choice("survive", model.survive, [{ id: "", text: model.nothing }, ...LOSSES]),
      {
        key: "mixedTensorParallel",
        label: fleet.mixedTensorParallel,
        kind: "flag",
        on: true,
      },
      { key: "ignoreRunning", label: fleet.ignoreRunning, kind: "flag", on: true },
      { key: "unknownGpus", label: fleet.unknownGpus, kind: "flag", on: "ignore" },
    ],
  },
];

/** What holds for all models. */
export const FLEET_FIELDS: readonly FieldGroup[] = [
  {
    title: groups.engines,
    fields: [
      engineField(fleet.usualEngine),
      engineVersion,
      choice("objective", fleet.objective, [
        { id: "", text: fleet.fair },
        { id: "throughput", text: fleet.throughput },
        { id: "latency", text: fleet.latency },
        { id: "cost", text: fleet.cost },
      ]),
    ],
  },
];

function choice(key: string, label: string, choices: readonly FieldChoice[]): Field {
  return { key, label, kind: "choice", choices };
}

function sizes(key: string, label: string): Field {
  return {
    key,
    label,
    kind: "text",
    codec: counts,
    hint: SETTINGS_TEXT.model.sizesHint,
    placeholder: SETTINGS_TEXT.model.free,
  };
}

function limit(key: string, label: string): Field {
  return {
    key,
    label,
    kind: "text",
    codec: size,
    hint: SETTINGS_TEXT.host.sizeHint,
    placeholder: SETTINGS_TEXT.host.none,
  };
}
