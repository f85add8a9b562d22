import type { PlanDeployment } from "../plan-document.ts";
import { isSameReplica } from "./engine-aspects.ts";
import type { OverfullHosts } from "./overfull-hosts.ts";
import { subsets } from "./subsets.ts";

/** One stop or start. */
export interface Step {
  readonly action: "stop" | "start";
  readonly deployment: PlanDeployment;
}

export interface Steps {
  readonly steps: readonly Step[];
  /** Engines that were stopped before the one that follows them could start. */
  readonly interrupted: readonly PlanDeployment[];
}

export interface ToOrder {
  /** Engines that run and don't stay. */
  readonly stops: readonly PlanDeployment[];
  /** Engines that don't run yet, in the plan's start order. */
  readonly starts: readonly PlanDeployment[];
  /** Engines that run all the time. */
  readonly stays: readonly PlanDeployment[];
  readonly loadSeconds: (deployment: PlanDeployment) => number;
  readonly overfullHosts: OverfullHosts;
  readonly hostsOf: (deployment: PlanDeployment) => readonly string[];
}

/** Engines that may be stopped early of which every set is tried; 2^10 simulations. */
const MOST_TOGETHER = 10;

/**
 * Stops and starts, one after another. An engine starts when no card of its own holds one that is to stop, and all
 * that come before it there have started: so it finds exactly what the plan says; and when its host has power and disk
 * for it beside all that run. One that moves is stopped after its new engine has started, where that is possible; where
 * several wait for each other's room, as few as possible are stopped early, those first that load fastest.
 */
export function orderSteps(order: ToOrder): Steps {
  const followed = order.stops.filter((stop) => followerOf(stop, order) !== undefined);
  const forced = followed.filter((stop) => sharesCard(stop, followerOf(stop, order)));
  const others = followed.filter((stop) => !forced.includes(stop));
  const early =
    others.length <= MOST_TOGETHER
      ? setsByCost(others, order.loadSeconds).find(
          (set) => inOrder(order, [...forced, ...set]) !== undefined,
        )
      : undefined;
  const all = [...forced, ...byCost(others, order.loadSeconds)];
  return (
    inOrder(order, early === undefined ? all : [...forced, ...early]) ?? {
      steps: [],
      interrupted: [],
    }
  );
}

/** The engine that follows the same replica elsewhere. */
function followerOf(stop: PlanDeployment, { starts }: ToOrder): PlanDeployment | undefined {
  return starts.find((start) => isSameReplica(stop, start));
}

function sharesCard(a: PlanDeployment, b: PlanDeployment | undefined): boolean {
  return a.gpus.some((card) => b?.gpus.includes(card));
}

/** The steps when these may be stopped early, each only once nothing else can go on; undefined where that is not enough. */
function inOrder(order: ToOrder, early: readonly PlanDeployment[]): Steps | undefined {
  const running = new Set(order.stops);
  const waiting = new Set(order.starts);
  const steps: Step[] = [];
  const interrupted: PlanDeployment[] = [];
  const stop = (deployment: PlanDeployment): void => {
    running.delete(deployment);
    steps.push({ action: "stop", deployment });
  };
  order.stops.filter((one) => followerOf(one, order) === undefined).forEach(stop);
  while (waiting.size > 0) {
    const now = { ...order, running, waiting };
    const next = [...waiting].find((start) => canStart(start, now));
    if (next === undefined) {
      const inTheWay = blocking(early, now);
      if (inTheWay === undefined) {
        return undefined;
      }
      stop(inTheWay);
      interrupted.push(inTheWay);
      continue;
    }
    waiting.delete(next);
    steps.push({ action: "start", deployment: next });
    [...running].filter((old) => isSameReplica(old, next)).forEach(stop);
  }
  return { steps, interrupted };
}

interface Now extends ToOrder {
  readonly running: ReadonlySet<PlanDeployment>;
  readonly waiting: ReadonlySet<PlanDeployment>;
}

/** No card of its own holds one that is to stop, whoever starts before it there has started, and its host bears it. */
function canStart(start: PlanDeployment, now: Now): boolean {
  const { running, waiting } = now;
  const isBefore = (other: PlanDeployment): boolean => other.startOrder < start.startOrder;
  return (
    ![...running].some((old) => sharesCard(old, start)) &&
    ![...waiting].some((other) => isBefore(other) && sharesCard(other, start)) &&
    overfullWith(start, now).length === 0
  );
}

/** Hosts of the engine that have no room for it beside all that run now. */
function overfullWith(
  start: PlanDeployment,
  { stays, starts, running, waiting, overfullHosts, hostsOf }: Now,
): readonly string[] {
  const started = starts.filter((one) => !waiting.has(one));
  const own = hostsOf(start);
  return overfullHosts([...stays, ...started, ...running, start]).filter((h) => own.includes(h));
}

/**
 * The first of those that may be stopped early and that a start needs gone: the first start that can go on without them,
 * and where there is none, the first that waits for any. So nobody is gone for longer than it must.
 */
function blocking(early: readonly PlanDeployment[], now: Now): PlanDeployment | undefined {
  const waits = [...now.waiting].map((start) => ({ start, first: inTheWay(early, start, now)[0] }));
  const blocked = waits.filter(({ first }) => first !== undefined);
  const freed = blocked.find(({ start }) => {
    const gone = inTheWay(early, start, now);
    const running = new Set([...now.running].filter((old) => !gone.includes(old)));
    return canStart(start, { ...now, running });
  });
  return (freed ?? blocked[0])?.first;
}

/** Those that run, may be stopped early, and hold a card of the engine or what its host lacks. */
function inTheWay(
  early: readonly PlanDeployment[],
  start: PlanDeployment,
  now: Now,
): readonly PlanDeployment[] {
  const full = overfullWith(start, now);
  return early.filter(
    (old) =>
      now.running.has(old) &&
      (sharesCard(old, start) || now.hostsOf(old).some((host) => full.includes(host))),
  );
}

type Seconds = (deployment: PlanDeployment) => number;

function byCost(all: readonly PlanDeployment[], seconds: Seconds): readonly PlanDeployment[] {
  return [...all].sort((a, b) => seconds(a) - seconds(b));
}

/** Every set, the smallest first, and of one size the one that loads fastest. */
function setsByCost(
  all: readonly PlanDeployment[],
  seconds: Seconds,
): readonly (readonly PlanDeployment[])[] {
  const sets = subsets(byCost(all, seconds));
  const cost = (set: readonly PlanDeployment[]): number =>
    set.reduce((sum, one) => sum + seconds(one), 0);
  return [...sets].sort((a, b) => a.length - b.length || cost(a) - cost(b));
}
