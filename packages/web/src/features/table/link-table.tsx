import type { ReactNode } from "react";
import type { GroupLink } from "../../state/group-links.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { LINKS_TEXT } from "../../text/links-en.ts";
import { alikeLinks } from "../../text/say-link.ts";
import { TableHead } from "../../ui/table-head.tsx";

const NONE: readonly GroupLink[] = [];

/** How the cards of each group are linked. */
export function LinkTable(): ReactNode {
  const groups = usePlanner((state) => state.links?.groups ?? NONE);
  const { caption, columns } = LINKS_TEXT;
  if (groups.length === 0) {
    return null;
  }
  return (
    <table>
      <caption>{caption}</caption>
      <TableHead texts={[columns.model, columns.pairs, columns.kind, columns.peers]} />
      <tbody>
        {groups.flatMap(({ model, replica, links }) =>
          alikeLinks(links).map(({ way, peers, pairs }) => (
            <tr key={`${model}/${replica}/${way}/${peers}`}>
              <th scope="row">{replica > 0 ? `${model} (${replica + 1})` : model}</th>
              <td>{pairs}</td>
              <td>{way}</td>
              <td>{peers}</td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
