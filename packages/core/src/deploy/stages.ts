/**
 * True where the stages hold what TensorRT-LLM gives them by itself: layers / pp each, and the
 * first (layers mod pp) stages one more.
 */
export function isDefaultSplit(stageLayers: readonly number[]): boolean {
  const layers = stageLayers.reduce((sum, count) => sum + count, 0);
  const least = Math.floor(layers / stageLayers.length);
  const longer = layers % stageLayers.length;
  return stageLayers.every((count, stage) => count === least + (stage < longer ? 1 : 0));
}
