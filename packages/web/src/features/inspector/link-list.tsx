import type { ReactNode } from "react";
import type { GroupLink } from "../../state/group-links.ts";
import { usePlanner } from "../../state/planner-context.ts";
import type { PlannerState } from "../../state/planner-store.ts";
import { remembered } from "../../state/remembered.ts";
import { LINKS_TEXT } from "../../text/links-en.ts";
import { alikeLinks } from "../../text/say-link.ts";

const NONE: readonly GroupLink[] = [];

/** The links between the cards of the model that is chosen, or of the groups that the card is in. */
export function LinkList(): ReactNode {
  const groups = usePlanner(groupsChosen);
  const text = LINKS_TEXT;
  return groups.map(({ model, replica, links }) => (
    <section key={`${model}/${replica}`} className="number">
      <h3>{`${text.title}: ${replica > 0 ? `${model} (${replica + 1})` : model}`}</h3>
      <dl className="symbols">
        {alikeLinks(links).map(({ way, peers, pairs }) => (
          <div key={`${way}/${peers}`}>
            <dt>{pairs}</dt>
            <dd>
              {way}; {text.columns.peers}: {peers}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}

function groupsChosen({ links, selection: { gpu, model } }: PlannerState): readonly GroupLink[] {
  return chosenAmong(links?.groups ?? NONE, gpu, model);
}

const chosenAmong = remembered(
  (
    groups: readonly GroupLink[],
    gpu: string | undefined,
    model: string | undefined,
  ): readonly GroupLink[] =>
    gpu === undefined && model === undefined
      ? NONE
      : groups.filter(
          (group) =>
            (model === undefined || group.model === model) &&
            (gpu === undefined || group.links.some(({ a, b }) => a === gpu || b === gpu)),
        ),
);
