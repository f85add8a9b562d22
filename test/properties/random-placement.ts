import type {
  Card,
  Demand,
  Option,
  PlacementProblem,
  Stage,
} from "../../packages/core/src/placement/problem.ts";
import { hostShare, leastEach } from "../../packages/core/src/placement/survive.ts";
import { bytes } from "../../packages/core/src/units/units.ts";

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function between(random: () => number, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

function pick<T>(random: () => number, values: readonly T[]): T {
  const value = values[between(random, 0, values.length - 1)];
  if (value === undefined) {
    throw new RangeError("nothing to pick from");
  }
  return value;
}

/** At most four cards in at most two classes and three models, in numbers small enough to try everything. */
export function smallProblem(seed: number): PlacementProblem {
  const random = seededRandom(seed);
  const classes = between(random, 1, 2);
  const cards: Card[] = [];
  for (let c = 0; c < classes; c += 1) {
    const capacity = between(random, 5, 16);
    for (let i = between(random, 1, 2); i > 0; i -= 1) {
      cards.push(card(`h${c}:${i}`, `c${c}`, random() < 0.1 ? capacity - 1 : capacity));
    }
  }
  const models = between(random, 1, 3);
  const priorities = between(random, 1, 2);
  const demands = Array.from({ length: models }, (_, m) =>
    smallDemand(random, { m, models, classes, priorities }),
  );
  return { cards, demands };
}

function card(id: string, cardClass: string, capacity: number): Card {
  return { id, host: id.split(":")[0] ?? "", cardClass, capacity: bytes(capacity) };
}

function smallDemand(
  random: () => number,
  at: {
    readonly m: number;
    readonly models: number;
    readonly classes: number;
    readonly priorities: number;
  },
): Demand {
  const wanted = between(random, 1, 5);
  const others = Array.from({ length: at.models }, (_, i) => i).filter((i) => i !== at.m);
  return {
    model: `m${at.m}`,
    priority: between(random, 1, at.priorities),
    replicas: random() < 0.2 ? 2 : 1,
    least: between(random, 1, Math.min(2, wanted)),
    wanted,
    isExclusive: random() < 0.15,
    avoids: others.filter(() => random() < 0.1).map((i) => `m${i}`),
    options: Array.from({ length: between(random, 1, 3) }, (_, o) =>
      smallOption(random, `o${o}`, at.classes),
    ),
  };
}

function smallOption(random: () => number, id: string, classes: number): Option {
  return {
    id,
    preference: between(random, 0, 2),
    ...(random() < 0.5 ? { links: between(random, 0, 3), mixing: between(random, 0, 1) } : {}),
    mostSequences: random() < 0.2 ? between(random, 1, 3) : 10,
    stages: Array.from({ length: random() < 0.2 ? 2 : 1 }, () => ({
      cardClass: `c${between(random, 0, classes - 1)}`,
      ranks: random() < 0.25 ? 2 : 1,
      fixed: bytes(between(random, 0, 6)),
      perSequence: bytes(between(random, 0, 3)),
    })),
  };
}

/** As `smallProblem`, on one or several hosts, with replicas that may have to be on different ones. */
export function smallHosts(seed: number): PlacementProblem {
  const { cards, demands } = smallProblem(seed);
  const random = seededRandom(seed + 0x5eed);
  const hostOf = pick<(card: Card, i: number) => string>(random, [
    ({ host }) => host,
    () => "h0",
    (_, i) => `h${i % 2}`,
    (_, i) => `h${Math.floor(i / 2)}`,
  ]);
  const placed = cards.map((one, i) => ({ ...one, host: hostOf(one, i) }));
  const watts = new Map(
    placed.map((one) => [`${one.host} ${one.cardClass}`, between(random, 1, 3)]),
  );
  return {
    cards: placed.map((one) => ({ ...one, watts: watts.get(`${one.host} ${one.cardClass}`) ?? 0 })),
    demands: demands.map((demand) => ({
      ...demand,
      replicas: random() < 0.4 ? 2 : demand.replicas,
      ...(random() < 0.5 ? { isSpread: true } : {}),
      options: demand.options.map((option) => ({
        ...option,
        files: smallFiles(random, demand.model),
      })),
    })),
    hosts: [...new Set(placed.map(({ host }) => host))].flatMap((host) => [
      {
        host,
        ...(random() < 0.4 ? { watts: between(random, 0, 6) } : {}),
        ...(random() < 0.4 ? { disk: bytes(between(random, 0, 8)) } : {}),
      },
    ]),
  };
}

/** A problem as it is asked for, and as a planner asks for it. */
interface AskedAndPlanned {
  readonly asked: PlacementProblem;
  readonly planned: PlacementProblem;
}

/** As `smallHosts`, with models that outlive a card or a host. */
export function smallSurvivors(seed: number): AskedAndPlanned {
  const problem = smallHosts(seed);
  const random = seededRandom(seed + 0xbeef);
  return survivors(problem, ({ demand: { isSpread: _, ...plain } }) =>
    random() < 0.3
      ? undefined
      : {
          ...plain,
          loss: pick(random, ["gpu", "host"] as const),
          replicas: between(random, 2, 3),
        },
  );
}

/**
 * Three hosts of unequal cards, a model of three replicas that is to outlive any of them and one beside it; with a host
 * more of the same cards where that is asked for.
 */
export function threeHosts(seed: number, hostsMore = 0): AskedAndPlanned {
  const random = seededRandom(seed + 0xca5e);
  const capacities = [between(random, 5, 12), between(random, 5, 12)];
  const hosts = Array.from({ length: 3 }, () =>
    Array.from({ length: between(random, 1, 2) }, () => between(random, 0, 1)),
  );
  const demands = Array.from({ length: between(random, 1, 2) }, (_, m) => ({
    ...smallDemand(random, { m, models: 2, classes: 2, priorities: 2 }),
    least: between(random, 1, 4),
  }));
  const more = Array.from({ length: hostsMore }, () => [between(random, 0, 1)]);
  const cards = [...hosts, ...more].flatMap((own, h) =>
    own.map((c, i) => ({
      ...card(`h${h}:${i}`, `c${c} h${h}`, capacities[c] ?? 0),
    })),
  );
  const carriesRate = random() < 0.3 ? ({ carriesRate: true } as const) : {};
  const onEach = demands.map((demand) => ({
    ...demand,
    wanted: Math.max(demand.least, demand.wanted),
    options: demand.options.flatMap((option) => onAllHosts(option, cards)),
  }));
  return survivors({ cards, demands: onEach }, ({ demand, m }) =>
    m === 0 ? { ...demand, ...carriesRate, loss: "host", replicas: 3 } : undefined,
  );
}

/** The option for the classes of each host that has them. */
function onAllHosts(option: Option, cards: readonly Card[]): readonly Option[] {
  return [...new Set(cards.map(({ host }) => host))].flatMap((host) => {
    const stages = option.stages.map((stage) => ({
      ...stage,
      cardClass: `${stage.cardClass} ${host}`,
    }));
    const hasAll = stages.every((stage) =>
      cards.some(({ cardClass }) => cardClass === stage.cardClass),
    );
    return hasAll ? [{ ...option, id: `${option.id} ${host}`, stages }] : [];
  });
}

interface Mortal {
  readonly demand: Demand;
  readonly m: number;
}

/** Models as they are to be where they are to outlive something. */
type Survivor = Demand & { readonly loss: "gpu" | "host"; readonly carriesRate?: true };

function survivors(
  problem: PlacementProblem,
  survivorOf: (mortal: Mortal) => Survivor | undefined,
): AskedAndPlanned {
  const hosts = [...new Set(problem.cards.map(({ host }) => host))];
  const rooms = hosts.map((host) => problem.cards.filter((one) => one.host === host).length);
  const demands = problem.demands.map((demand, m) => {
    const survivor = survivorOf({ demand, m });
    if (survivor === undefined) {
      return { asked: demand, planned: demand };
    }
    const { loss, carriesRate, ...plain } = survivor;
    const rated = carriesRate === undefined ? {} : { carriesRate };
    const survives = { loss, rooms, ...rated };
    const model = { least: demand.least, replicas: plain.replicas, survives };
    const each = leastEach(model);
    const least = Number.isFinite(each) ? each * model.replicas : demand.least;
    const own: Demand = {
      ...plain,
      ...hostShare(model),
      wanted: Math.max(demand.wanted, least),
      survives: { loss, least: demand.least, ...rated },
      options: Number.isFinite(each) ? plain.options : [],
    };
    return { asked: own, planned: { ...own, least } };
  });
  return {
    asked: { ...problem, demands: demands.map(({ asked }) => asked) },
    planned: { ...problem, demands: demands.map(({ planned }) => planned) },
  };
}

/** One of three sets of files, one of which models share. */
function smallFiles(random: () => number, model: string): NonNullable<Option["files"]> {
  const which = between(random, 0, 2);
  return which === 0
    ? { id: "all", size: bytes(3) }
    : { id: `${model}-${which}`, size: bytes(2 * which) };
}

const GIB = 1024 ** 3;

/**
 * Eight cards of 23 GiB and four of 22.5 GiB in one host and models of 0.5 to 70 billion parameters;
 * `load` multiplies what they want.
 */
export function twelveCards(seed: number, models: number, load = 1): PlacementProblem {
  const random = seededRandom(seed);
  const gib = (value: number) => bytes(Math.round(value * GIB));
  const cards = Array.from({ length: 12 }, (_, i) => ({
    id: `box:${i}`,
    host: "box",
    cardClass: i < 8 ? "rtx-3090" : "rtx-4090",
    capacity: gib(i < 8 ? 23 : 22.5),
  }));
  const demands = Array.from({ length: models }, (_, m) => {
    const billions = pick(random, [0.5, 1.5, 3, 7, 8, 14, 22, 32, 70]);
    const kvGib = (0.1 + 0.02 * billions) * pick(random, [0.5, 1, 2]);
    const wanted = load * pick(random, [4, 8, 10, 16, 24, 32]);
    return {
      model: `m${m}`,
      priority: 1,
      replicas: billions < 10 && random() < 0.25 ? 2 : 1,
      least: 1,
      wanted,
      isExclusive: random() < 0.1,
      avoids: [],
      options: layoutsOf({ billions, kvGib, gib }),
    };
  });
  return { cards, demands };
}

/** Three precisions × tp 1, 2, 4, 8 × two classes, and two stages over both. */
function layoutsOf(at: {
  readonly billions: number;
  readonly kvGib: number;
  readonly gib: (value: number) => Stage["fixed"];
}): Option[] {
  const precisions = [2, 1.05, 0.55];
  return precisions.flatMap((bytesEach, preference) => {
    const stage = (cardClass: string, tp: number, part: number) => ({
      cardClass,
      ranks: tp,
      fixed: at.gib((at.billions * bytesEach * 0.93 * part) / tp + 1.1 + (tp > 1 ? 0.35 : 0)),
      perSequence: at.gib((at.kvGib * part) / tp),
    });
    const one = ["rtx-3090", "rtx-4090"].flatMap((cardClass) =>
      [1, 2, 4, 8].map((tp) => ({
        id: `${preference}-${cardClass}-tp${tp}`,
        preference,
        mostSequences: 64,
        stages: [stage(cardClass, tp, 1)],
      })),
    );
    const two = [1, 2, 4].map((tp) => ({
      id: `${preference}-pp2-tp${tp}`,
      preference,
      mostSequences: 64,
      stages: [stage("rtx-3090", tp, 0.5), stage("rtx-4090", tp, 0.5)],
    }));
    return [...one, ...two];
  });
}
