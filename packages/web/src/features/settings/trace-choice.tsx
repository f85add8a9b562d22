import type { FleetModel } from "@berth/core";
import { type ReactNode, useState } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { withTrace } from "../../state/bring/with-traces.ts";
import { changeInModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { WORKLOAD_TEXT } from "../../text/workload-en.ts";

/** Largest trace, in bytes: every edit hands the files to a worker. BurstGPT's first million requests have 50 MB. */
const MOST_BYTES = 64_000_000;
const MOST_TEXT = "64 MB";

/** A trace that stands for rate and lengths: brought from a file, or taken away. */
export function TraceChoice({ model }: { readonly model: FleetModel }): ReactNode {
  const edit = usePlanner((state) => state.edit);
  const editFleet = usePlanner((state) => state.editFleet);
  const [problem, setProblem] = useState<string | undefined>();
  const text = WORKLOAD_TEXT;
  const { name, workload } = model;
  const take = async (file: File) => {
    const isLarge = file.size > MOST_BYTES;
    setProblem(isLarge ? text.tooLarge(file.name, MOST_TEXT) : undefined);
    if (!isLarge) {
      const trace = { name: file.name, text: await file.text() };
      edit((workspace) => withTrace(workspace, name, trace));
    }
  };
  if (workload?.trace !== undefined) {
    return (
      <p className="row">
        {text.traced(workload.trace)}
        <Button
          className="button"
          onPress={() =>
            editFleet((fleet) => changeInModel(fleet, [name, "workload"], { trace: undefined }))
          }
        >
          {text.noTrace}
        </Button>
      </p>
    );
  }
  return (
    <div className="trace">
      <FileTrigger
        acceptedFileTypes={[".csv", ".txt"]}
        onSelect={(files) => {
          const file = files?.[0];
          if (file !== undefined) {
            void take(file);
          }
        }}
      >
        <Button className="button">{text.trace}</Button>
      </FileTrigger>
      <p className="hint">{text.traceHint}</p>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
