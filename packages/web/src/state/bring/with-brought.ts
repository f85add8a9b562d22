import type { IsKnown } from "../catalog-ids.ts";
import { changeFleet, setInventory } from "../fleet-edits.ts";
import { parseFleet } from "../parse-fleet.ts";
import { freeFileName, type Workspace, withFile } from "../workspace.ts";
import { baseOf } from "./base-of.ts";
import type { BroughtFile } from "./read-brought.ts";
import { type Placed, withModelFiles } from "./with-model-files.ts";
import { withTraces } from "./with-traces.ts";

/**
 * The workspace with more files. A fleet file takes the place of the one that is there (undo brings that back), and
 * comes first: the others may be what it names. Plans are none of the workspace's.
 */
export function withBrought(
  workspace: Workspace,
  files: readonly BroughtFile[],
  isKnown: IsKnown,
): Placed {
  const of = (...kinds: readonly BroughtFile["kind"][]) =>
    files.filter(({ kind }) => kinds.includes(kind));
  const fleet = of("fleet").at(-1);
  const started = fleet === undefined ? workspace : { ...workspace, fleet: fleet.text };
  // cards first: links are of cards
  const printed = of("inventory").toSorted((a, b) => Number(isLinks(a)) - Number(isLinks(b)));
  const traced = withTraces(printed.reduce(withInventoryFile, started), of("trace"));
  const placed = withModelFiles(traced.workspace, of("config", "beside", "header"), isKnown);
  return { ...placed, problems: [...traced.problems, ...placed.problems] };
}

/** Only a matrix of links: what `nvidia-smi topo -m` prints, without cards' names and sizes. */
function isLinks({ text }: BroughtFile): boolean {
  return (
    /^\s*GPU0\s/m.test(text) &&
    !/<nvidia_smi_log>|NVIDIA-SMI|NVSMI LOG|^GPU \d+: |memory\.total/m.test(text)
  );
}

/** A file that the fleet names already is what it meant; another is one more host, or the links of the only one. */
function withInventoryFile(workspace: Workspace, file: BroughtFile): Workspace {
  const { fleet } = parseFleet(workspace.fleet);
  const { text } = file;
  const own = baseOf(file.path);
  const before = [fleet.inventory ?? []].flat();
  const named = [...before, ...(fleet.topology === undefined ? [] : [fleet.topology])];
  const meant = named.find((name) => baseOf(name) === own);
  if (meant !== undefined) {
    return withFile(workspace, { name: meant, text });
  }
  const name = freeFileName(workspace, own);
  const change =
    isLinks(file) && before.length === 1
      ? changeFleet(workspace.fleet, { topology: name })
      : setInventory(workspace.fleet, [...before, name]);
  return withFile({ ...workspace, fleet: change }, { name, text });
}
