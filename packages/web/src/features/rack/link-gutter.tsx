import type { CardLink } from "@berth/core";
import type { ReactNode } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import { looksShown } from "../../state/selectors.ts";
import { LINKS_TEXT } from "../../text/links-en.ts";
import { peersText, shortWay, wayText } from "../../text/say-link.ts";
import { type LaneMark, linkLook } from "../../viz/link-lanes.ts";
import { lanesShown } from "./lanes-shown.ts";

/** Lines beside a card, one for each group that it is in or between; the table says the same in words. */
export function LinkGutter({
  marks,
  hasWords,
}: {
  readonly marks: readonly LaneMark[];
  readonly hasWords: boolean;
}): ReactNode {
  const looks = usePlanner(looksShown);
  return (
    <div className="links" aria-hidden="true">
      {marks.map(({ key, model, lane, isMember, up, down }) => (
        <span
          key={key}
          className="lane"
          style={{
            gridColumn: lane + 1,
            color: looks.get(model)?.color,
          }}
        >
          <Half link={up} end="up" />
          <Half link={down} end="down" />
          {isMember && <span className="lane-dot" />}
          {hasWords && isMember && up !== undefined && (
            <span className="lane-word">{shortWay(up)}</span>
          )}
        </span>
      ))}
    </div>
  );
}

function Half({
  link,
  end,
}: {
  readonly link: CardLink | undefined;
  readonly end: "up" | "down";
}): ReactNode {
  return link === undefined ? null : (
    <span
      className={`lane-half lane-${end}`}
      data-look={linkLook(link)}
      title={`${LINKS_TEXT.pair(link.a, link.b)}: ${wayText(link)}; ${LINKS_TEXT.columns.peers}: ${peersText(link)}`}
    />
  );
}

const LOOKS = ["nvlink", "peer", "host"] as const;

/** What the lines beside the cards mean. */
export function LinkLegend(): ReactNode {
  const hasGroups = usePlanner((state) => lanesShown(state).count > 0);
  return hasGroups ? (
    <ul className="legend link-legend" aria-label={LINKS_TEXT.legend}>
      {LOOKS.map((look) => (
        <li key={look}>
          <span className="lane-sample" data-look={look} aria-hidden="true" />
          {LINKS_TEXT.looks[look]}
        </li>
      ))}
    </ul>
  ) : null;
}
