/** Machines of one kind. `rates[k - 1]` is the tokens/s of one that holds k layers; never rising in k. */
export interface MachineKind {
  readonly name: string;
  readonly count: number;
  readonly rates: readonly number[];
}

/** One model's layers over unequal machines. */
export interface ChainProblem {
  readonly layers: number;
  readonly machines: readonly MachineKind[];
}

/** Layers in a row, held by each of its branches; the tokens go through one branch or another. */
export interface Segment {
  readonly layers: number;
  readonly branches: readonly Branch[];
}

/** Machines in a row, each with the layers that it holds. */
export type Branch = readonly { readonly machine: string; readonly layers: number }[];

/** Most layers that a machine can hold and still pass `rate` tokens/s. */
export function mostLayers({ rates }: MachineKind, rate: number): number {
  return rates.filter((own) => own >= rate).length;
}

/**
 * A rate in tokens/s that no layout exceeds, whatever the links. With F tokens/s in all, a machine with
 * k layers passes at most min(T(k), F) of them, for F counts no token twice; every token needs all
 * layers. So F needs sum max_k k · min(T(k) / F, 1) >= layers, whose left side falls as F rises.
 */
export function rateBound({ layers, machines }: ChainProblem): number {
  const most = (rate: number) =>
    machines.reduce((sum, kind) => sum + kind.count * layersAt(kind, rate), 0);
  let low = 0;
  let high = machines.reduce((sum, { count, rates }) => sum + count * (rates[0] ?? 0), 0);
  while (low < (low + high) / 2 && (low + high) / 2 < high) {
    const middle = (low + high) / 2;
    if (most(middle) >= layers) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** Layers that a machine serves for F tokens/s in all, a layer that it serves for half of them counted half. */
function layersAt({ rates }: MachineKind, rate: number): number {
  return rates.reduce((most, own, i) => Math.max(most, (i + 1) * Math.min(own / rate, 1)), 0);
}

/** The best rate of one pipeline through all machines, and its segments of one machine each. */
export function bestChain(problem: ChainProblem): readonly Segment[] {
  const rates = problem.machines.flatMap((kind) => kind.rates).sort((a, b) => b - a);
  const rate = rates.find((one) => lengthAt(problem, one) >= problem.layers);
  return rate === undefined ? [] : chainAt(problem, rate);
}

function lengthAt({ machines }: ChainProblem, rate: number): number {
  return machines.reduce((sum, kind) => sum + kind.count * mostLayers(kind, rate), 0);
}

function chainAt(problem: ChainProblem, rate: number): readonly Segment[] {
  let left = problem.layers;
  const segments: Segment[] = [];
  for (const kind of problem.machines) {
    for (let i = 0; i < kind.count && left > 0; i += 1) {
      const layers = Math.min(left, mostLayers(kind, rate));
      left -= layers;
      segments.push({ layers, branches: [[{ machine: kind.name, layers }]] });
    }
  }
  return segments.filter(({ layers }) => layers > 0);
}

/** What the segments pass in tokens/s, from the table alone. Throws where they are no layout of the problem. */
export function rateOf(problem: ChainProblem, segments: readonly Segment[]): number {
  const layers = segments.reduce((sum, segment) => sum + segment.layers, 0);
  if (layers !== problem.layers) {
    throw new Error(`the segments hold ${layers} layers instead of ${problem.layers}`);
  }
  const used = segments.flatMap(({ branches }) => branches.flat());
  for (const { name, count } of problem.machines) {
    const own = used.filter(({ machine }) => machine === name).length;
    if (own > count) {
      throw new Error(`${own} of ${count} ${name} are used`);
    }
  }
  return Math.min(...segments.map((segment) => segmentRate(problem, segment)));
}

function segmentRate(problem: ChainProblem, { layers, branches }: Segment): number {
  return branches.reduce((sum, branch) => {
    const held = branch.reduce((all, one) => all + one.layers, 0);
    return held === layers ? sum + branchRate(problem, branch) : sum;
  }, 0);
}

function branchRate({ machines }: ChainProblem, branch: Branch): number {
  return Math.min(
    ...branch.map(({ machine, layers }) => {
      const kind = machines.find(({ name }) => name === machine);
      return kind?.rates[layers - 1] ?? 0;
    }),
  );
}
