import type { PlanDocument } from "@berth/core";
import type { LoadSubject } from "@berth/core/changes";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { applyLoad } from "../../state/load-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import type { PlannerState } from "../../state/planner-store.ts";
import { remembered } from "../../state/remembered.ts";
import { WHAT_IF_TEXT } from "../../text/what-if-en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { FrontierChart } from "./frontier-chart.tsx";
import { FrontierTable } from "./frontier-table.tsx";
import { LoadSliders } from "./load-sliders.tsx";
import { type Load, useLoad } from "./use-load.ts";
import { verdictText } from "./verdict-text.ts";

const NONE: readonly string[] = [];

/** What one model could hold where it is: sliders, the line between what fits and what does not, and the words for it. */
export function LoadPanel(): ReactNode {
  const names = usePlanner(placedModels);
  const [chosen, setChosen] = useState<string | undefined>();
  const model = chosen !== undefined && names.includes(chosen) ? chosen : names[0];
  const load = useLoad(model);
  const text = WHAT_IF_TEXT;
  if (model === undefined) {
    return <p className="hint">{text.nothing}</p>;
  }
  return (
    <div className="load">
      <ChoiceSetting
        label={text.model}
        value={model}
        choices={names.map((id) => ({ id, text: id }))}
        onChange={setChosen}
      />
      {load.problem !== undefined && (
        <p className="problem" role="alert">
          {load.problem}
        </p>
      )}
      {load.opened === undefined ? (
        <p className="hint">{text.waiting}</p>
      ) : (
        <Opened load={load} subject={load.opened.subject} />
      )}
    </div>
  );
}

function Opened({
  load,
  subject,
}: {
  readonly load: Load;
  readonly subject: LoadSubject;
}): ReactNode {
  const text = WHAT_IF_TEXT;
  const { answer, opened, point, line, share } = load;
  const said = answer === undefined ? NONE : verdictText(subject, answer);
  return (
    <>
      <LoadSliders load={load} subject={subject} />
      <output className="verdict" aria-live="polite" data-fits={answer?.verdict.fits}>
        {said.map((sentence) => (
          <span key={sentence}>{sentence} </span>
        ))}
      </output>
      <ApplyLoad load={load} subject={subject} />
      {opened !== undefined && (
        <>
          <FrontierChart
            subject={subject}
            opened={opened}
            line={line}
            share={share}
            point={point}
            verdict={answer?.verdict}
            label={text.chart.label(subject.model, said[0] ?? "")}
          />
          <FrontierTable frontier={opened.frontier} />
        </>
      )}
      <p className="hint">{text.others}</p>
    </>
  );
}

function ApplyLoad({
  load: { point, setPoint },
  subject,
}: {
  readonly load: Load;
  readonly subject: LoadSubject;
}): ReactNode {
  const text = WHAT_IF_TEXT;
  const editFleet = usePlanner((state) => state.editFleet);
  const { planned, model } = subject;
  const isPlanned = point.maxSeqLen === planned.maxSeqLen && point.sequences === planned.sequences;
  return (
    <div className="row">
      <Button
        className="button primary"
        isDisabled={isPlanned}
        onPress={() => editFleet((fleet) => applyLoad(fleet, model, point))}
      >
        {text.apply}
      </Button>
      <Button className="button" isDisabled={isPlanned} onPress={() => setPoint(planned)}>
        {text.back}
      </Button>
    </div>
  );
}

/** Models with a place, in the order of the fleet file. */
function placedModels({ parsed, planning: { plan } }: PlannerState): readonly string[] {
  return placedAmong(parsed.fleet.models, plan);
}

const placedAmong = remembered(
  (
    models: PlannerState["parsed"]["fleet"]["models"],
    plan: PlanDocument | undefined,
  ): readonly string[] => {
    const placed = new Set(plan?.deployments.map(({ model }) => model));
    return models.map(({ name }) => name).filter((name) => placed.has(name));
  },
);
