import { cutLayers, layerCount } from "../model/layer-groups.ts";
import { layerTensors } from "../model/layer-tensors.ts";
import type { ModelPart, ModelSpec } from "../model/model.ts";
import { copied, cutColumns, cutRows, type Tensor } from "../model/tensor.ts";
import { type Fields, fieldsOf, shownSafely } from "./fields.ts";
import { MAX_HIDDEN, MAX_LAYERS } from "./limits.ts";

/**
 * What a LoRA adapter adds to its model: two matrices of rank r beside each matrix that `adapter_config.json`
 * names. Throws an InputError where the file is none, or names nothing that the model has.
 */
export function readLoraAdapter(file: string, value: unknown, model: ModelSpec): ModelPart {
  const config = fieldsOf(file, value);
  const method = config.text("peft_type") ?? "LORA";
  if (method !== "LORA") {
    throw config.bad("peft_type", `expected LORA, got ${shownSafely(method)}`);
  }
  const rank = config.count("r", MAX_HIDDEN);
  const isTarget = targets(config);
  const isTouched = touchedLayers(config);
  const tensors = cutLayers(model.layers, 0, layerCount(model)).flatMap(({ first, count, layer }) =>
    Array.from({ length: count }, (_, index) => first + index)
      .filter(isTouched)
      .flatMap((index) => {
        const prefix = `model.layers.${index}`;
        return pairsOf(
          layerTensors(layer, model.hidden).filter(
            (tensor) => tensor.isUnread !== true && isTarget(tensor),
          ),
          { rank, prefix },
        );
      }),
  );
  if (tensors.length === 0) {
    throw config.bad("target_modules", "expected modules that the model has, found none of them");
  }
  return {
    kind: "adapter",
    isCounted: false,
    isLoaded: false,
    tensors,
    layers: [],
    hidden: model.hidden,
  };
}

/** Modules that some checkpoints store as one, and what they hold. */
const FUSED: ReadonlyMap<string, readonly string[]> = new Map([
  ["qkv_proj", ["q_proj", "k_proj", "v_proj"]],
  ["gate_up_proj", ["gate_proj", "up_proj"]],
]);

/** Named modules, or every matrix ("all-linear"). */
function targets(config: Fields): (tensor: Tensor) => boolean {
  const listed = config.raw("target_modules");
  const names = typeof listed === "string" ? [listed] : config.texts("target_modules");
  if (names.includes("all-linear")) {
    return (tensor) => tensor.isLinear;
  }
  const wanted = new Set(names.flatMap((name) => FUSED.get(lastPart(name)) ?? lastPart(name)));
  return (tensor) => tensor.isLinear && wanted.has(lastPart(tensor.name));
}

function lastPart(name: string): string {
  return name.split(".").at(-1) ?? name;
}

/** Some adapters touch some layers only. */
function touchedLayers(config: Fields): (layer: number) => boolean {
  const key = "layers_to_transform";
  if (!config.has(key)) {
    return () => true;
  }
  const one = config.raw(key);
  const listed = new Set(
    typeof one === "number"
      ? [config.countOrZero(key, MAX_LAYERS)]
      : config.counts(key, MAX_LAYERS),
  );
  return (layer) => listed.has(layer);
}

/** A goes into the rank, B out of it: whichever is on the side that tensor parallelism cuts is cut with it. */
function pairsOf(
  targets: readonly Tensor[],
  { rank, prefix }: { readonly rank: number; readonly prefix: string },
): readonly Tensor[] {
  return targets.flatMap((target) => {
    const a = { out: rank, in: target.in, units: target.units };
    const b = { out: target.out, in: rank, units: target.units };
    const names = [`${prefix}.${target.name}.lora_A`, `${prefix}.${target.name}.lora_B`] as const;
    const pair = [
      target.cut === "in" ? cutColumns(names[0], target.role, a) : copied(names[0], target.role, a),
      target.cut === "out" ? cutRows(names[1], target.role, b) : copied(names[1], target.role, b),
    ];
    // adapters stay in 16 bits, whatever their model is in
    return pair.map((tensor) => ({ ...tensor, copies: target.copies, isLinear: false }));
  });
}
