import { useEffect, useState } from "react";
import { withTrace } from "../../state/bring/with-traces.ts";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { problemOf } from "../../state/problem-of.ts";
import { WORKLOAD_TEXT } from "../../text/workload-en.ts";
import type { TraceSummary } from "../../worker/protocol.ts";

/** A trace that is brought for one model. */
export interface TakenTrace {
  /** Takes a file in the place of the model's rate and lengths, where core reads requests in it. */
  readonly take: (file: File) => void;
  /** The name of the file that is read. */
  readonly reading: string | undefined;
  /** Why the last one was not taken. */
  readonly problem: string | undefined;
}

export function useTakeTrace(model: string): TakenTrace {
  const { clients } = usePlannerParts();
  const edit = usePlanner((state) => state.edit);
  const [reading, setReading] = useState<string | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const take = async (file: File) => {
    setReading(file.name);
    setProblem(undefined);
    const { readTrace } = await import("../../state/bring/read-trace.ts");
    const trace = await readTrace(clients.quick, file.name, file);
    setReading(undefined);
    if ("problem" in trace) {
      setProblem(trace.problem);
    } else {
      edit((workspace) => withTrace(workspace, model, trace));
    }
  };
  return { take: (file) => void take(file), reading, problem };
}

/** What the trace of this name says, in short: or why it can't be read, or that it is not here. */
export function useTraceSummary(
  name: string | undefined,
): { readonly summary: TraceSummary } | { readonly problem: string } | undefined {
  const { clients } = usePlannerParts();
  const file = usePlanner(({ history }) => history.present.files.find((one) => one.name === name));
  const [answer, setAnswer] = useState<ReturnType<typeof useTraceSummary>>();
  useEffect(() => {
    if (file === undefined) {
      setAnswer(name === undefined ? undefined : { problem: WORKLOAD_TEXT.missing(name) });
      return;
    }
    let isCurrent = true;
    clients.quick.ask("trace", file).then(
      (summary) => isCurrent && setAnswer({ summary }),
      (error: unknown) => isCurrent && setAnswer({ problem: problemOf(error).message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [clients, file, name]);
  return answer;
}
