import { formatGib } from "@berth/core";
import type { Comparison, VerifyDocument } from "@berth/core/verify";
import { type ReactNode, useState } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import type { ServedApi } from "../../state/served-api.ts";
import { TEXT } from "../../text/en.ts";
import { quantity, termName } from "../../text/say.ts";
import { DialogButton } from "../../ui/dialog-button.tsx";
import { TableHead } from "../../ui/table-head.tsx";

type Answer = { readonly document: VerifyDocument } | { readonly problem: string };

/** Planned against measured, for what runs now. */
export function VerifyButton({ api }: { readonly api: ServedApi }): ReactNode {
  const plan = usePlanner((state) => state.planning.plan);
  const [answer, setAnswer] = useState<Answer | undefined>();
  if (plan === undefined) {
    return null;
  }
  const ask = () => {
    setAnswer(undefined);
    api.verify(plan).then(
      (document) => setAnswer({ document }),
      (error: unknown) =>
        setAnswer({ problem: error instanceof Error ? error.message : String(error) }),
    );
  };
  return (
    <DialogButton label={TEXT.served.verify} title={TEXT.served.verify} onOpen={ask}>
      {() => <Verified answer={answer} />}
    </DialogButton>
  );
}

function Verified({ answer }: { readonly answer: Answer | undefined }): ReactNode {
  const text = TEXT.served;
  if (answer === undefined) {
    return <p>{text.verifying}</p>;
  }
  if ("problem" in answer) {
    return <p className="problem">{answer.problem}</p>;
  }
  const { holds, measured, outside, gpus, deployments, warnings } = answer.document;
  const rows = [
    ...gpus.map(({ id, comparisons }) => ({ subject: id, comparisons })),
    ...deployments.flatMap(({ model, ranks }) =>
      ranks.map(({ gpu, comparisons }) => ({ subject: `${model}, ${gpu}`, comparisons })),
    ),
  ];
  return (
    <div className="stack">
      <p>{holds ? text.holds(measured) : text.departs(outside, measured)}</p>
      <div className="tables">
        <table>
          <caption>{text.verify}</caption>
          <TableHead texts={[text.where, text.what, text.planned, text.measured]} />
          <tbody>
            {rows.flatMap(({ subject, comparisons }) =>
              comparisons.map((comparison) => (
                <tr key={`${subject}/${comparison.id}`} data-verdict={comparison.verdict}>
                  <th scope="row">{subject}</th>
                  <td>{termName(comparison.id)}</td>
                  <td className="numeric">{amount(comparison, comparison.planned)}</td>
                  <td className={comparison.verdict === "inside" ? "numeric" : "numeric problem"}>
                    {amount(comparison, comparison.measured)}
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
      {warnings.map((warning) => (
        <p key={warning} className="hint">
          {warning}
        </p>
      ))}
    </div>
  );
}

function amount({ unit }: Comparison, value: number): string {
  return unit === "bytes" ? formatGib(value) : quantity(value, unit === "tokens" ? "token" : "1");
}
