import { formatCount } from "@berth/core";
import type { CapacityDocument, EnergyCost } from "@berth/core/capacity";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { latencyText, timeText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";
import { boundsText, SERVED_COLUMNS } from "./columns.ts";
import { LossTable } from "./loss-table.tsx";
import { targetRows } from "./target-rows.ts";

interface Props {
  readonly document: CapacityDocument;
}

/** What each model serves, and all of them; how fast; which targets hold; what a loss leaves; what it takes to run. */
export function CapacityTables({ document }: Props): ReactNode {
  const all = [...document.models, ...document.unplaced];
  const hasTargets = all.some(({ targets }) => targets.length > 0);
  const isServed = document.models.some(({ latencies }) => latencies.length > 0);
  return (
    <>
      <ServedTable document={document} />
      {isServed && <LatencyTable document={document} />}
      {hasTargets && <TargetTable document={document} />}
      {document.models.length > 0 && <LossTable document={document} />}
      {document.models.length > 0 && <EnergyTable document={document} />}
    </>
  );
}

function ServedTable({ document: { models, unplaced, fleet } }: Props): ReactNode {
  const text = CAPACITY_TEXT.served;
  return (
    <WidePlace label={text.caption}>
      <table className="served-table">
        <caption>{text.caption}</caption>
        <TableHead texts={[CAPACITY_TEXT.model]} numbers={SERVED_COLUMNS.map(({ name }) => name)} />
        <tbody>
          {models.map((model) => (
            <tr key={model.model} data-good={model.isServed}>
              <th scope="row">{model.model}</th>
              {SERVED_COLUMNS.map(({ id, of }) => (
                <td key={id} className="numeric">
                  {of(model)}
                </td>
              ))}
            </tr>
          ))}
          {unplaced.map((model) => (
            <tr key={model.model} data-good={false}>
              <th scope="row">{model.model}</th>
              {SERVED_COLUMNS.map(({ id, without }) => (
                <td key={id} className="numeric">
                  {without?.(model) ?? CAPACITY_TEXT.none}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{text.fleet}</th>
            {SERVED_COLUMNS.map(({ id, ofAll }) => (
              <td key={id} className="numeric">
                {ofAll?.(fleet)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </WidePlace>
  );
}

function LatencyTable({ document: { models } }: Props): ReactNode {
  const text = CAPACITY_TEXT.latencies;
  const [first] = models.filter(({ latencies }) => latencies.length > 0);
  return (
    <WidePlace label={text.caption}>
      <table>
        <caption>{text.caption}</caption>
        <TableHead
          texts={[CAPACITY_TEXT.model]}
          numbers={first?.latencies.map(latencyText) ?? []}
        />
        <tbody>
          {models.map(({ model, latencies }) => (
            <tr key={model}>
              <th scope="row">{model}</th>
              {first?.latencies.map((column, place) => {
                const own = latencies[place];
                return (
                  <td key={latencyText(column)} className="numeric">
                    {own === undefined ? CAPACITY_TEXT.none : timeText(own.seconds)}
                    {own !== undefined && <span className="hint below">{boundsText(own)}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </WidePlace>
  );
}

function TargetTable({ document: { models, unplaced } }: Props): ReactNode {
  const text = CAPACITY_TEXT.targets;
  const rows = targetRows(models, unplaced);
  return (
    <WidePlace label={text.caption}>
      <table>
        <caption>{text.caption}</caption>
        <TableHead texts={[CAPACITY_TEXT.model, text.target, text.state]} numbers={[text.breaks]} />
        <tbody>
          {rows.map(({ model, target, isMet, breaks }) => (
            <tr key={`${model}/${target}`} data-good={isMet}>
              <th scope="row">{model}</th>
              <td className="target-name">{target}</td>
              <td className="state">{isMet ? text.met : text.missed}</td>
              <td className="numeric">{breaks}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </WidePlace>
  );
}

function EnergyTable({ document: { models, fleet } }: Props): ReactNode {
  const text = CAPACITY_TEXT.energy;
  return (
    <details>
      <summary>{text.caption}</summary>
      <WidePlace label={text.caption}>
        <table>
          <TableHead texts={[CAPACITY_TEXT.model]} numbers={[text.watts, text.kwh, text.cost]} />
          <tbody>
            {models.map(({ model, energy }) => (
              <EnergyRow key={model} name={model} energy={energy} />
            ))}
            <EnergyRow name={CAPACITY_TEXT.served.fleet} energy={fleet.energy} />
          </tbody>
        </table>
      </WidePlace>
    </details>
  );
}

function EnergyRow({
  name,
  energy: { watts, kwhPerMillionTokens, costPerMillionTokens },
}: {
  readonly name: string;
  readonly energy: EnergyCost;
}): ReactNode {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="numeric">{formatCount(watts)}</td>
      {[kwhPerMillionTokens, costPerMillionTokens].map((value, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is the one in its place
        <td key={place} className="numeric">
          {value?.toFixed(2) ?? CAPACITY_TEXT.none}
        </td>
      ))}
    </tr>
  );
}
