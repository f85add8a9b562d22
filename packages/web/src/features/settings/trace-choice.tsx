import { type FleetModel, formatCount } from "@berth/core";
import type { ReactNode } from "react";
import { Button, type DropItem, DropZone, FileTrigger, Text } from "react-aria-components";
import { changeInModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { durationText } from "../../text/say-workload.ts";
import { WORKLOAD_TEXT } from "../../text/workload-en.ts";
import { type TakenTrace, useTakeTrace, useTraceSummary } from "./use-trace.ts";

/** A trace that stands for rate and lengths: dropped here or chosen, another in its place, or taken away. */
export function TraceChoice({ model }: { readonly model: FleetModel }): ReactNode {
  const taken = useTakeTrace(model.name);
  const text = WORKLOAD_TEXT;
  const trace = model.workload?.trace;
  return (
    <DropZone className="trace" onDrop={({ items }) => void takeFirst(items, taken)}>
      {trace !== undefined && <Traced trace={trace} />}
      <div className="row">
        <FileTrigger
          acceptedFileTypes={[".csv", ".txt"]}
          onSelect={(files) => files?.[0] !== undefined && taken.take(files[0])}
        >
          <Button className="button">{trace === undefined ? text.trace : text.otherTrace}</Button>
        </FileTrigger>
        {trace !== undefined && <WithoutTrace model={model.name} />}
      </div>
      <Text slot="label" className="hint">
        {trace === undefined ? text.dropTrace(model.name) : text.dropOther(model.name)}
      </Text>
      <output className="hint">{taken.reading !== undefined && text.reading(taken.reading)}</output>
      {taken.problem !== undefined && (
        <p className="problem" role="alert">
          {taken.problem}
        </p>
      )}
    </DropZone>
  );
}

async function takeFirst(items: readonly DropItem[], { take }: TakenTrace): Promise<void> {
  const file = items.find((item) => item.kind === "file");
  if (file !== undefined) {
    take(await file.getFile());
  }
}

/** Which trace it is, and what it holds. */
function Traced({ trace }: { readonly trace: string }): ReactNode {
  const answer = useTraceSummary(trace);
  const text = WORKLOAD_TEXT;
  if (answer !== undefined && "problem" in answer) {
    return <p className="problem">{answer.problem}</p>;
  }
  const { requests, seconds, skipped } = answer?.summary ?? {};
  return (
    <p>
      {text.traced(trace)}{" "}
      {requests !== undefined &&
        text.holds(formatCount(requests), durationText(seconds ?? 0), formatCount(skipped ?? 0))}
    </p>
  );
}

function WithoutTrace({ model }: { readonly model: string }): ReactNode {
  const editFleet = usePlanner((state) => state.editFleet);
  return (
    <Button
      className="button"
      onPress={() =>
        editFleet((fleet) => changeInModel(fleet, [model, "workload"], { trace: undefined }))
      }
    >
      {WORKLOAD_TEXT.noTrace}
    </Button>
  );
}
