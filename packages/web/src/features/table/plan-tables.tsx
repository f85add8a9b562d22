import { formatCount, formatGib, type PlanDeployment } from "@berth/core";
import type { ReactNode } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import { cardsShown, ranksShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { fractionText, termName } from "../../text/say.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";
import { cardSegments } from "../../viz/segments.ts";
import { LinkTable } from "./link-table.tsx";

const NONE: readonly PlanDeployment[] = [];

/** The same data as the rack, as tables. */
export function PlanTables(): ReactNode {
  return (
    <WidePlace label={TEXT.views.table}>
      <Deployments />
      <LinkTable />
      <CardParts />
    </WidePlace>
  );
}

function Deployments(): ReactNode {
  const deployments = usePlanner((state) => state.planning.plan?.deployments ?? NONE);
  const { caption, columns } = TEXT.table;
  return (
    <table>
      <caption>{caption}</caption>
      <TableHead texts={Object.values(columns)} />
      <tbody>
        {deployments.map((deployment) => (
          <DeploymentRow
            key={`${deployment.model}/${deployment.replica}`}
            deployment={deployment}
          />
        ))}
      </tbody>
    </table>
  );
}

function DeploymentRow({ deployment }: { readonly deployment: PlanDeployment }): ReactNode {
  const { model, replica, gpus, engine, quantization, kvCacheDtype, tp, pp, kv } = deployment;
  return (
    <tr>
      <th scope="row">{replica > 0 ? `${model} (${replica + 1})` : model}</th>
      <td>{gpus.join(", ")}</td>
      <td>
        {engine.id} {engine.version}
      </td>
      <td>
        {quantization}, KV {kvCacheDtype}
      </td>
      <td>
        tp {tp}, pp {pp}
      </td>
      <td className="numeric">{formatCount(deployment.concurrentSequences)}</td>
      <td className="numeric">{formatCount(kv.tokens)}</td>
      <td className="numeric">{fractionText(kv.freeGpuMemFraction)}</td>
      <td className="numeric">{deployment.startOrder + 1}</td>
    </tr>
  );
}

function CardParts(): ReactNode {
  const gpus = usePlanner(cardsShown);
  const ranks = usePlanner(ranksShown);
  const text = TEXT.table;
  return (
    <table>
      <caption>{text.cardsCaption}</caption>
      <TableHead texts={[text.card, text.part, text.counted, text.likely, text.bounds]} />
      <tbody>
        {gpus.flatMap((gpu) =>
          cardSegments(gpu, ranks.get(gpu.id) ?? []).map((segment) => (
            <tr key={`${gpu.id}/${segment.key}`}>
              <th scope="row">{gpu.id}</th>
              <td>
                {segment.model === undefined
                  ? termName(segment.term)
                  : TEXT.segment.of(termName(segment.term), segment.model)}
              </td>
              <td className="numeric">{formatGib(segment.bytes)}</td>
              <td className="numeric">{formatGib(segment.likelyBytes)}</td>
              <td className="numeric">
                {segment.lowBytes === segment.highBytes
                  ? "–"
                  : `${formatGib(segment.lowBytes)} – ${formatGib(segment.highBytes)}`}
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
