import { formatGib } from "@berth/core";
import type { GpuDiff, PlanDiff, ReplicaDiff } from "@berth/core/changes";
import type { ReactNode } from "react";
import { COMPARE_TEXT } from "../../text/compare-en.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";
import { placeText } from "./diff-words.ts";

/** Everything that differs, as tables. */
export function DiffTables({
  diff: { models, gpus },
  before,
  after,
}: {
  readonly diff: PlanDiff;
  readonly before: string;
  readonly after: string;
}): ReactNode {
  return (
    <WidePlace label={COMPARE_TEXT.tables}>
      {models.length > 0 && <ModelTable models={models} before={before} after={after} />}
      {gpus.length > 0 && <GpuTable gpus={gpus} before={before} after={after} />}
    </WidePlace>
  );
}

interface Sides {
  readonly before: string;
  readonly after: string;
}

function ModelTable({
  models,
  before,
  after,
}: Sides & { readonly models: readonly ReplicaDiff[] }): ReactNode {
  const text = COMPARE_TEXT;
  return (
    <table>
      <caption>{text.models}</caption>
      <TableHead texts={[text.columns.model, text.columns.is, before, after]} />
      <tbody>
        {models.map((one) => (
          <tr key={`${one.model}/${one.replica}`}>
            <th scope="row">{one.replica > 0 ? `${one.model} (${one.replica + 1})` : one.model}</th>
            <td>{text.changeNames[one.change]}</td>
            <td>{placeText(one, one.before)}</td>
            <td>{placeText(one, one.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function GpuTable({
  gpus,
  before,
  after,
}: Sides & { readonly gpus: readonly GpuDiff[] }): ReactNode {
  const { columns, gpus: caption } = COMPARE_TEXT;
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            {columns.card}
          </th>
          {[before, after].map((name) => (
            <th key={name} scope="colgroup" colSpan={2}>
              {name}
            </th>
          ))}
        </tr>
        <tr>
          {[before, after].flatMap((side) =>
            [columns.planned, columns.free].map((name) => (
              <th key={`${side}/${name}`} scope="col" className="numeric">
                {name}
              </th>
            )),
          )}
        </tr>
      </thead>
      <tbody>
        {gpus.map((gpu) => (
          <tr key={gpu.id}>
            <th scope="row">{gpu.id}</th>
            <MemoryCells memory={gpu.before} />
            <MemoryCells memory={gpu.after} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MemoryCells({ memory }: { readonly memory: GpuDiff["before"] }): ReactNode {
  return (
    <>
      <td className="numeric">{gib(memory?.plannedBytes)}</td>
      <td className="numeric">{gib(memory?.freeBytes)}</td>
    </>
  );
}

function gib(bytes: number | undefined): string {
  return bytes === undefined ? COMPARE_TEXT.none : formatGib(bytes);
}
