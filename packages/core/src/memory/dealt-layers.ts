/** How llama.cpp deals a model out over its devices. */
export interface DealtLayers {
  /** Layers on each device. */
  readonly layers: readonly number[];
  /** The device with the output layer; those behind it get nothing. */
  readonly outputDevice: number;
}

/**
 * llama.cpp's `--split-mode layer` with all layers on cards: the shares, free memory or `--tensor-split`, are
 * summed up and divided by their sum, and layer i of n goes to the first device whose share of the sum lies above
 * i / (n + 1); the output counts as layer n (`load_tensors` in llama-model.cpp). All of it in FP32, as there: a
 * layer that lies on a bound goes to the device behind it.
 */
export function dealLayers(layers: number, shares: readonly number[]): DealtLayers {
  const bounds = boundsOf(shares);
  const counts = shares.map(() => 0);
  for (let layer = 0; layer < layers; layer += 1) {
    const device = deviceOf(bounds, layer, layers + 1);
    counts[device] = (counts[device] ?? 0) + 1;
  }
  return { layers: counts, outputDevice: deviceOf(bounds, layers, layers + 1) };
}

/** Where each device's share of the whole ends, in (0, 1]. */
function boundsOf(shares: readonly number[]): readonly number[] {
  let sum = 0;
  const ends = shares.map((share) => {
    sum = Math.fround(sum + Math.fround(share));
    return sum;
  });
  return ends.map((end) => Math.fround(end / sum));
}

/** std::upper_bound: the first bound above layer / slots. The last bound is 1, so there is one. */
function deviceOf(bounds: readonly number[], layer: number, slots: number): number {
  const at = Math.fround(Math.fround(layer) / Math.fround(slots));
  return bounds.findIndex((bound) => bound > at);
}
