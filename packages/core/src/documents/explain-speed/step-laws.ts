import { meanContext } from "../../capacity/concurrency.ts";
import { type DecodeLoad, decodeSeconds, hopSeconds } from "../../capacity/decode.ts";
import { type PromptLoad, promptSeconds, promptStepSeconds } from "../../capacity/prefill.ts";
import { promptLoad } from "../../capacity/prompt-times.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import type { LinkSpeed, SpeedSetting } from "../../capacity/speed-setting.ts";
import { decodeStep } from "../../capacity/step-time.ts";
import type { Derived } from "../explained-number.ts";

/** What each stage of a replica does when so many sequences run, and for a prompt of mean length. */
export interface ReplicaLoad {
  readonly decode: DecodeLoad;
  readonly prompt: PromptLoad;
}

/** Stages that work at the same time each have a part of the sequences. */
export function replicaLoad({ setting, shape }: ServingModel, running: number): ReplicaLoad {
  const parts = setting.overlapsStages ? setting.stages.length : 1;
  return {
    decode: { sequences: running / parts, context: meanContext(shape) },
    prompt: promptLoad(shape),
  };
}

/** Several values of one symbol, numbered where there are more than one. */
interface Numbered {
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, number>>;
}

function numbered(name: string, values: readonly number[]): Numbered {
  const names = values.map((_, i) => (values.length === 1 ? name : `${name}_${i + 1}`));
  return { names, values: Object.fromEntries(values.map((value, i) => [names[i], value])) };
}

export interface SharedReplica {
  /** As if its cards were its own. */
  readonly alone: SpeedSetting;
  /** With what others take of them. */
  readonly serving: ServingModel;
  readonly slowdown: number;
}

/** What the stages of a replica come to: a step, a prompt's way through it, and what any prompt costs a step. */
export function stepLaws(replica: SharedReplica, running: number): readonly Derived[] {
  const { alone, serving } = replica;
  const load = replicaLoad(serving, running);
  return [
    ...hopLaws(replica, load.decode.sequences),
    decodeStepLaw(replica, load, running),
    ...promptLaws(replica, load.prompt),
    sumLaw(replica, "prompt-step", {
      stages: alone.stages.map(promptStepSeconds),
      hops: [],
      value: serving.prompt.step,
    }),
  ];
}

function hopLaws({ alone }: SharedReplica, decodes: number): readonly Derived[] {
  const { verified } = alone.speculation;
  return hopsOf(alone).map(({ hop, hiddenBytes }) => ({
    id: "decode-hop",
    value: hopSeconds(hop, hiddenBytes, decodes * verified),
    unit: "s",
    law: "link_seconds + decodes * verified * hidden_bytes / link_bandwidth",
    values: {
      link_seconds: hop.seconds,
      decodes,
      verified,
      hidden_bytes: hiddenBytes,
      link_bandwidth: hop.bytesPerSecond,
    },
  }));
}

interface Hop {
  readonly hop: LinkSpeed;
  readonly hiddenBytes: number;
}

function hopsOf({ stages }: SpeedSetting): readonly Hop[] {
  return stages.flatMap(({ hop, work }) =>
    hop === undefined ? [] : [{ hop, hiddenBytes: work.hiddenBytes }],
  );
}

/** Stages at the same time: a token passes all of them, and no faster than the slowest takes the whole batch. */
function decodeStepLaw(replica: SharedReplica, { decode }: ReplicaLoad, running: number): Derived {
  const { alone, serving, slowdown } = replica;
  const tokens = decode.sequences * alone.speculation.verified;
  const times = alone.stages.map((stage) => decodeSeconds(alone, stage, decode));
  const value = decodeStep(serving.setting, running, decode.context);
  const hops = hopsOf(alone).map(({ hop, hiddenBytes }) => hopSeconds(hop, hiddenBytes, tokens));
  const sum = sumLaw(replica, "decode-step", { stages: times, hops, value });
  if (times.length === 1 || !alone.overlapsStages) {
    return sum;
  }
  const stage = numbered("stage", times);
  const passed = [...stage.names, ...numbered("hop", hops).names].join(" + ");
  return {
    ...sum,
    law: `slowdown * max(${passed}, stages * max(${stage.names.join(", ")}))`,
    values: { slowdown, ...stage.values, ...numbered("hop", hops).values, stages: times.length },
  };
}

function promptLaws(replica: SharedReplica, load: PromptLoad): readonly Derived[] {
  const { alone, serving, slowdown } = replica;
  const { prompt } = serving;
  const stages = alone.stages.map((stage) => promptSeconds(alone, stage, load));
  if (stages.length === 1) {
    return [sumLaw(replica, "prefill", { stages, hops: [], value: prompt.alone })];
  }
  const hops = hopsOf(alone).map(({ hop, hiddenBytes }) =>
    hopSeconds(hop, hiddenBytes, load.tokens),
  );
  const busiest = sumLaw(replica, "prefill-busy", { stages, hops: [], value: prompt.mean });
  const { names, values } = numbered("stage", stages);
  return [
    sumLaw(replica, "prefill", { stages, hops, value: prompt.alone }),
    alone.overlapsStages
      ? { ...busiest, law: `slowdown * max(${names.join(", ")})`, values: { slowdown, ...values } }
      : busiest,
  ];
}

interface Sum {
  readonly stages: readonly number[];
  readonly hops: readonly number[];
  readonly value: number;
}

function sumLaw({ slowdown }: SharedReplica, id: string, { stages, hops, value }: Sum): Derived {
  const stage = numbered("stage", stages);
  const hop = numbered("hop", hops);
  const names = [...stage.names, ...hop.names];
  return {
    id,
    value,
    unit: "s",
    law: names.length === 1 ? `slowdown * ${names[0]}` : `slowdown * (${names.join(" + ")})`,
    values: { slowdown, ...stage.values, ...hop.values },
  };
}
