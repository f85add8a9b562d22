import type {
  BytesByRole,
  MeasuredWeights,
  RoleBytes,
  WeightSource,
} from "../model/measured-weights.ts";
import { roleTotal } from "../model/measured-weights.ts";
import type { ModelSpec } from "../model/model.ts";
import type { Role } from "../model/tensor.ts";
import { formatGib } from "../units/format.ts";
import { checkpointBytes } from "./checkpoint-bytes.ts";
import { isPlainGgmlType } from "./ggml-types.ts";
import { MAX_LAYERS } from "./limits.ts";
import { elementsOf, type StoredTensor } from "./stored-tensor.ts";
import { placeOfTensor, type TensorPlace } from "./tensor-role.ts";

/** Floating-point types of safetensors that engines load in 16 bits, unless they are scales. */
const FLOATS: ReadonlySet<string> = new Set(["BF16", "F16", "F32", "F64"]);

/** The model with the sizes that its files' tables give, and a note where the config's arithmetic differs. */
export function withMeasuredWeights(
  model: ModelSpec,
  files: { readonly tensors: readonly StoredTensor[]; readonly source: WeightSource },
): ModelSpec {
  const measured = measureTensors(model, files);
  return {
    ...model,
    stored: { ...model.stored, totalBytes: measured.fileBytes, measured },
    notes: [...model.notes, ...notesOn(model, measured)],
  };
}

/** The tensors of a model's files, summed up by layer and role. */
export function measureTensors(
  { layers: groups, parts }: Pick<ModelSpec, "layers" | "parts">,
  { tensors, source }: { readonly tensors: readonly StoredTensor[]; readonly source: WeightSource },
): MeasuredWeights {
  const layerCount = groups.reduce((sum, { count }) => sum + count, 0);
  const layers = Array.from({ length: Math.min(layerCount, MAX_LAYERS) }, () => new Sums());
  const outside = new Sums();
  const hasTower = parts.some(({ kind, isLoaded }) => isLoaded && TOWERS.has(kind));
  let fileBytes = 0;
  let usedBytes = 0;
  for (const tensor of tensors) {
    fileBytes += tensor.bytes;
    const place = placeOfTensor(tensor.name);
    const sums = place?.layer === undefined ? outside : layers[place.layer];
    if (place === undefined || sums === undefined || isUnused(place, hasTower)) {
      continue;
    }
    usedBytes += tensor.bytes;
    sums.add(place.role, loadedBytes(tensor, place.kind, source));
  }
  return { source, fileBytes, unusedBytes: fileBytes - usedBytes, layers, outside };
}

const TOWERS: ReadonlySet<string> = new Set(["vision", "audio"]);

/** Towers that the model does not have, and what no rule of names places. */
function isUnused({ layer, role }: TensorPlace, hasTower: boolean): boolean {
  return layer === undefined && (role === "other" || (role === "vision" && !hasTower));
}

class Sums extends Map<Role, RoleBytes> {
  add(role: Role, more: RoleBytes): void {
    const sum = this.get(role) ?? NOTHING;
    this.set(role, {
      plain: sum.plain + more.plain,
      quantized: sum.quantized + more.quantized,
      scales: sum.scales + more.scales,
      zeros: sum.zeros + more.zeros,
    });
  }
}

const NOTHING: RoleBytes = { plain: 0, quantized: 0, scales: 0, zeros: 0 };

/** A tensor's bytes in memory: of safetensors, weights in 32 bits are loaded in 16; all else stays as it is. */
function loadedBytes(
  { dtype, shape, bytes }: StoredTensor,
  kind: "weight" | "scale" | "zero",
  source: WeightSource,
): RoleBytes {
  if (kind !== "weight") {
    return { ...NOTHING, [kind === "zero" ? "zeros" : "scales"]: bytes };
  }
  if (source === "GGUF tensor table") {
    return { ...NOTHING, [isPlainGgmlType(dtype) ? "plain" : "quantized"]: bytes };
  }
  return FLOATS.has(dtype)
    ? { ...NOTHING, plain: Math.min(bytes, 2 * (elementsOf(shape) ?? 0)) }
    : { ...NOTHING, quantized: bytes };
}

/** Llama 2's files hold 0.00004 % more than its parameters; what rounding and padding add stays below this. */
const TOLERATED = 0.002;

function notesOn(model: ModelSpec, measured: MeasuredWeights): readonly string[] {
  const notes: string[] = [];
  const expected = checkpointBytes(model);
  const used = measured.fileBytes - measured.unusedBytes;
  if (expected !== undefined && Math.abs(used / expected - 1) > TOLERATED) {
    notes.push(
      `its ${measured.source} give ${formatGib(used)}, the config's arithmetic ${formatGib(expected)}: the files are taken`,
    );
  }
  if (measured.unusedBytes > TOLERATED * measured.fileBytes) {
    notes.push(
      `${formatGib(measured.unusedBytes)} of ${formatGib(measured.fileBytes)} in its files are no part of the model that is planned (draft layers, other towers) and are not counted`,
    );
  }
  const empty = measured.layers.filter((layer) => sumOf(layer) === 0).length;
  if (empty > 0) {
    notes.push(
      `its files name no tensors of ${empty} of ${measured.layers.length} layers: the config's arithmetic is used for these`,
    );
  }
  return notes;
}

function sumOf(roles: BytesByRole): number {
  return [...roles.values()].reduce((sum, bytes) => sum + roleTotal(bytes), 0);
}
