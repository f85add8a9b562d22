import { BRING_TEXT } from "../../text/bring-en.ts";
import { changeInModel } from "../fleet-edits.ts";
import { parseFleet } from "../parse-fleet.ts";
import { freeFileName, type Workspace, withFile } from "../workspace.ts";
import { baseOf } from "./base-of.ts";
import type { BroughtFile } from "./read-brought.ts";
import type { Placed } from "./with-model-files.ts";

/** The workspace with traces of requests: each is what a model's workload names already, or the only model's own. */
export function withTraces(workspace: Workspace, files: readonly BroughtFile[]): Placed {
  return files.reduce<Placed>(
    (so, file) => {
      const { workspace: next, problems } = withTraceFile(so.workspace, file);
      return { workspace: next, problems: [...so.problems, ...problems] };
    },
    { workspace, problems: [] },
  );
}

function withTraceFile(workspace: Workspace, { path, text }: BroughtFile): Placed {
  const { models } = parseFleet(workspace.fleet).fleet;
  const named = models.flatMap(({ workload }) => workload?.trace ?? []);
  const meant = named.find((name) => baseOf(name) === baseOf(path));
  if (meant !== undefined) {
    return { workspace: withFile(workspace, { name: meant, text }), problems: [] };
  }
  const [only, ...others] = models;
  return only === undefined || others.length > 0
    ? { workspace, problems: [BRING_TEXT.trace(path)] }
    : { workspace: withTrace(workspace, only.name, { name: baseOf(path), text }), problems: [] };
}

/**
 * The workspace with a trace that says how requests come to a model, at which rate, and how long they are. A file that
 * is there already stays the same file, and one of the name that the model's workload has takes its place.
 */
export function withTrace(
  workspace: Workspace,
  model: string,
  trace: { readonly name: string; readonly text: string },
): Workspace {
  const { models } = parseFleet(workspace.fleet).fleet;
  const before = models.find((one) => one.name === model)?.workload?.trace;
  if (before !== undefined && baseOf(before) === baseOf(trace.name)) {
    return withFile(workspace, { name: before, text: trace.text });
  }
  const known = workspace.files.find(({ text }) => text === trace.text);
  const name = known?.name ?? freeFileName(workspace, trace.name);
  const fleet = changeInModel(workspace.fleet, [model, "workload"], {
    trace: name,
    arrivals: undefined,
    rate: undefined,
    prompt: undefined,
    output: undefined,
  });
  return withFile({ ...workspace, fleet }, { name, text: trace.text });
}
