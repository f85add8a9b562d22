import type { CardLink, PlanDeployment, PlanGpu } from "@berth/core";
import type { GroupLinks } from "../state/group-links.ts";

/** How a link is drawn: by whether what two cards exchange has to go through the host's memory. */
export type LinkLook = "nvlink" | "peer" | "host";

/** What is drawn beside a card for one group: up to the card before, and down to the next. */
export interface LaneMark {
  readonly key: string;
  readonly model: string;
  readonly lane: number;
  readonly isMember: boolean;
  readonly up: CardLink | undefined;
  readonly down: CardLink | undefined;
}

export interface Lanes {
  readonly count: number;
  /** There is room beside the lines to say how cards are linked, and something to say. */
  readonly hasWords: boolean;
  readonly marks: ReadonlyMap<string, readonly LaneMark[]>;
}

/** Lines that are drawn beside each other; of more groups, the table tells. */
const MOST_LANES = 6;

/** With more lines than this there is no room for words between them. */
const MOST_WITH_WORDS = 2;

export const NO_LANES: Lanes = { count: 0, hasWords: false, marks: new Map() };

export function linkLook({ kind, peerToPeer }: CardLink): LinkLook {
  if (kind === "NVLINK") {
    return "nvlink";
  }
  return peerToPeer ? "peer" : "host";
}

/** A line for each group, from its first card of a host to its last, beside the cards in the order of the rack. */
export function linkLanes(
  gpus: readonly PlanGpu[],
  deployments: readonly PlanDeployment[],
  links: GroupLinks | undefined,
): Lanes {
  const spans = spansOf(gpus, deployments, links).sort(
    (a, b) => a.first - b.first || b.last - a.last,
  );
  const ends: number[] = [];
  const marks = new Map<string, LaneMark[]>();
  for (const span of spans) {
    const free = ends.findIndex((end) => end < span.first);
    const lane = free < 0 ? ends.length : free;
    if (lane < MOST_LANES) {
      ends[lane] = span.last;
      draw(span, lane, { gpus, marks });
    }
  }
  const isKnown = spans.some(({ links: own }) =>
    own.some((link) => link !== undefined && link.kind !== "unknown"),
  );
  return { count: ends.length, hasWords: isKnown && ends.length <= MOST_WITH_WORDS, marks };
}

interface Span {
  readonly key: string;
  readonly model: string;
  readonly first: number;
  readonly last: number;
  /** Places of its cards in the rack, in order. */
  readonly places: readonly number[];
  /** From each of its cards to the next. */
  readonly links: readonly (CardLink | undefined)[];
}

function spansOf(
  gpus: readonly PlanGpu[],
  deployments: readonly PlanDeployment[],
  links: GroupLinks | undefined,
): Span[] {
  const places = new Map(gpus.map(({ id }, place) => [id, place]));
  return deployments
    .filter((deployment) => deployment.gpus.length > 1)
    .flatMap(({ model, replica, gpus: cards }) => {
      const own = links?.groups.find((group) => group.model === model && group.replica === replica);
      const sorted = cards.flatMap((id) => places.get(id) ?? []).sort((a, b) => a - b);
      return hostRuns(sorted, gpus).flatMap((run): Span[] => {
        const [first, last] = [run[0], run.at(-1)];
        return first === undefined || last === undefined || first === last
          ? []
          : [
              {
                key: `${model}/${replica}/${first}`,
                model,
                first,
                last,
                places: run,
                links: run
                  .slice(1)
                  .map((to, at) => linkAt(own?.links, gpus[run[at] ?? to], gpus[to])),
              },
            ];
      });
    });
}

/** The places of each host by themselves. */
function hostRuns(places: readonly number[], gpus: readonly PlanGpu[]): readonly number[][] {
  const runs = new Map<string, number[]>();
  for (const place of places) {
    const host = gpus[place]?.host ?? "";
    runs.set(host, [...(runs.get(host) ?? []), place]);
  }
  return [...runs.values()];
}

function linkAt(
  links: readonly CardLink[] | undefined,
  a: PlanGpu | undefined,
  b: PlanGpu | undefined,
): CardLink | undefined {
  return links?.find(
    (link) => (link.a === a?.id && link.b === b?.id) || (link.a === b?.id && link.b === a?.id),
  );
}

function draw(
  { key, model, first, last, places, links }: Span,
  lane: number,
  { gpus, marks }: { readonly gpus: readonly PlanGpu[]; readonly marks: Map<string, LaneMark[]> },
): void {
  for (let place = first; place <= last; place += 1) {
    const id = gpus[place]?.id ?? "";
    const before = places.filter((own) => own < place).length;
    const isMember = places.includes(place);
    const own = marks.get(id) ?? [];
    own.push({
      key,
      model,
      lane,
      isMember,
      up: links[before - 1],
      down: links[isMember ? before : before - 1],
    });
    marks.set(id, own);
  }
}
