import { formatGib, type PlanDeployment, type PlanRank } from "@berth/core";
import { type ReactNode, useMemo } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import { cardsShown, largestCard, looksShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { fractionText } from "../../text/say.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";

const NONE: readonly PlanDeployment[] = [];

interface Step {
  readonly deployment: PlanDeployment;
  readonly rank: PlanRank;
  readonly takes: number;
}

/** What is free before and after each engine, card by card, in the order of starts. */
export function StartOrder(): ReactNode {
  const deployments = usePlanner((state) => state.planning.plan?.deployments ?? NONE);
  const steps = useMemo(() => stepsOf(deployments), [deployments]);
  const text = TEXT.start;
  return (
    <WidePlace label={TEXT.views.start}>
      <table>
        <caption>{text.caption}</caption>
        <TableHead
          texts={[
            text.order,
            text.model,
            text.card,
            text.before,
            text.takes,
            text.after,
            text.fraction,
          ]}
        />
        <tbody>
          {steps.map((step) => (
            <StepRow key={`${step.deployment.startOrder}/${step.rank.gpu}`} step={step} />
          ))}
        </tbody>
      </table>
    </WidePlace>
  );
}

function StepRow({ step: { deployment, rank, takes } }: { readonly step: Step }): ReactNode {
  const looks = usePlanner(looksShown);
  const most = largestCard(usePlanner(cardsShown));
  const after = rank.freeAtStartBytes - takes;
  const width = (bytes: number) => `${(bytes / most) * 100}%`;
  return (
    <tr>
      <td className="numeric">{deployment.startOrder + 1}</td>
      <th scope="row">{deployment.model}</th>
      <td>{rank.gpu}</td>
      <td className="numeric">{formatGib(rank.freeAtStartBytes)}</td>
      <td className="numeric">{formatGib(takes)}</td>
      <td className="numeric">{formatGib(after)}</td>
      <td className="numeric">{fractionText(deployment.kv.freeGpuMemFraction)}</td>
      <td className="step-bar" aria-hidden="true">
        <span
          className="step-takes"
          style={{ width: width(takes), background: looks.get(deployment.model)?.color }}
        />
        <span className="step-after" style={{ width: width(Math.max(0, after)) }} />
      </td>
    </tr>
  );
}

function stepsOf(deployments: readonly PlanDeployment[]): readonly Step[] {
  return [...deployments]
    .sort((a, b) => a.startOrder - b.startOrder)
    .flatMap((deployment) =>
      deployment.ranks.map((rank) => ({
        deployment,
        rank,
        takes:
          rank.terms.reduce((sum, { plannedBytes }) => sum + plannedBytes, 0) + rank.kv.budgetBytes,
      })),
    );
}
