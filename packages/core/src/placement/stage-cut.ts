/**
 * How many layers each pipeline stage gets, so that the replica holds as many sequences as it can when
 * it is alone on its cards. `fits(stage, layers, sequences)` must be monotone: what does not fit with
 * fewer layers or sequences does not fit with more. Undefined where even one sequence has no room.
 */
export function cutStages(problem: {
  readonly layers: number;
  readonly stages: number;
  readonly mostSequences: number;
  readonly fits: (stage: number, layers: number, sequences: number) => boolean;
  /** For each stage the first that has room for as many layers; itself unless given. */
  readonly likeOf?: readonly number[];
}): readonly number[] | undefined {
  const most = roomFor(problem, problem.mostSequences);
  if (most !== undefined) {
    return shareLayers(most, problem.layers);
  }
  let best = roomFor(problem, 1);
  let low = 1;
  let high = problem.mostSequences - 1;
  while (best !== undefined && low < high) {
    const middle = Math.ceil((low + high) / 2);
    const room = roomFor(problem, middle);
    if (room === undefined) {
      high = middle - 1;
    } else {
      best = room;
      low = middle;
    }
  }
  return best === undefined ? undefined : shareLayers(best, problem.layers);
}

/** Most layers that each stage can hold beside so many sequences; undefined where they are too few in all. */
function roomFor(
  problem: Parameters<typeof cutStages>[0],
  sequences: number,
): readonly number[] | undefined {
  const room: number[] = [];
  for (let stage = 0; stage < problem.stages; stage += 1) {
    room.push(room[problem.likeOf?.[stage] ?? stage] ?? mostLayers(problem, stage, sequences));
  }
  const total = room.reduce((sum, layers) => sum + layers, 0);
  return total >= problem.layers && room.every((layers) => layers >= 1) ? room : undefined;
}

/** Bit by bit, so that layouts with more or fewer stages ask about the same numbers of layers. */
function mostLayers(
  { layers, stages, fits }: Parameters<typeof cutStages>[0],
  stage: number,
  sequences: number,
): number {
  const most = layers - stages + 1;
  let found = 0;
  for (let step = 2 ** (31 - Math.clz32(Math.max(1, most))); step >= 1; step /= 2) {
    if (found + step <= most && fits(stage, found + step, sequences)) {
      found += step;
    }
  }
  return found;
}

/** Layers in proportion to each stage's room, every stage at least one, none above its room. */
function shareLayers(room: readonly number[], layers: number): readonly number[] {
  const total = room.reduce((sum, most) => sum + most, 0);
  const shares = room.map((most) => Math.max(1, Math.floor((layers * most) / total)));
  for (
    let left = layers - shares.reduce((sum, share) => sum + share, 0);
    left !== 0;
    left -= Math.sign(left)
  ) {
    const step = Math.sign(left);
    const stage = mostSpare(room, shares, step);
    shares[stage] = (shares[stage] ?? 0) + step;
  }
  return shares;
}

/** The stage with most room to spare when adding a layer, with least when taking one away. */
function mostSpare(room: readonly number[], shares: readonly number[], step: number): number {
  const spare = room.map((most, i) => most - (shares[i] ?? 0));
  const open = spare
    .map((value, i) => ({ value, i }))
    .filter(({ i }) => step > 0 || (shares[i] ?? 0) > 1);
  return open.reduce(
    (best, candidate) => (step * candidate.value > step * best.value ? candidate : best),
    open[0] ?? { value: 0, i: 0 },
  ).i;
}
