import type { PlanGpu } from "@berth/core";
import { type ComponentType, type ReactNode, Suspense, useState } from "react";
import { Button } from "react-aria-components";
import { changePolicy, removeHost, setCards, setInventory } from "../../state/fleet-edits.ts";
import { groupsOf } from "../../state/groups-of.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { sizeProblem } from "../../state/setting-problems.ts";
import { TEXT } from "../../text/en.ts";
import { DialogButton } from "../../ui/dialog-button.tsx";
import { NumberSetting } from "../../ui/number-setting.tsx";
import { TextSetting } from "../../ui/text-setting.tsx";
import { AddCards } from "./add-cards.tsx";

/** What can be set besides; the page puts them in, and loads them when they are asked for. */
export interface CardParts {
  readonly hostForm: ComponentType<{ readonly name: string }>;
  readonly policyForm: ComponentType;
}

/** The hosts and their cards, and how to bring more. */
export function CardsPanel({ parts }: { readonly parts: CardParts }): ReactNode {
  const { problem, warnings } = usePlanner((state) => state.cards);
  const gpus = usePlanner((state) => state.cards.gpus);
  const hasInventory = usePlanner((state) => state.parsed.fleet.inventory !== undefined);
  const reserve = usePlanner((state) => state.parsed.fleet.policy?.reserve ?? "");
  const editFleet = usePlanner((state) => state.editFleet);
  const text = TEXT.cards;
  const hosts = groupsOf(gpus, ({ host }) => host);
  return (
    <section className="panel" aria-labelledby="cards-title">
      <header className="panel-head">
        <h2 id="cards-title">{text.title}</h2>
        <DialogButton label={text.add} title={text.add}>
          {(close) => <AddCards onDone={close} />}
        </DialogButton>
      </header>
      {problem !== undefined && hasInventory && (
        <p className="problem" role="alert">
          {problem.message}
        </p>
      )}
      {hosts.length === 0 && problem === undefined && <p className="hint">{text.none}</p>}
      <ul className="plain-list">
        {hosts.map(([name, own]) => (
          <HostEntry key={name} name={name} gpus={own} hostForm={parts.hostForm} />
        ))}
      </ul>
      <InventoryFiles />
      {hosts.length > 0 && (
        <TextSetting
          label={text.reserve}
          value={reserve}
          placeholder="0 GiB"
          hint={text.reserveHint}
          problemOf={sizeProblem}
          onChange={(next) =>
            editFleet((file) => changePolicy(file, { reserve: next || undefined }))
          }
        />
      )}
      {hosts.length > 0 && (
        <Suspense fallback={null}>
          <parts.policyForm />
        </Suspense>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="hint">
          {warning}
        </p>
      ))}
    </section>
  );
}

function HostEntry({
  name,
  gpus,
  hostForm,
}: {
  readonly name: string;
  readonly gpus: readonly PlanGpu[];
  readonly hostForm: CardParts["hostForm"];
}): ReactNode {
  const written = usePlanner((state) =>
    state.parsed.fleet.hosts?.find((host) => host.name === name),
  );
  const editFleet = usePlanner((state) => state.editFleet);
  const text = TEXT.cards;
  return (
    <li className="entry">
      <div className="entry-head">
        <strong>{text.host(name, gpus.length)}</strong>
        {written?.gpus !== undefined && (
          <Button
            className="button quiet"
            aria-label={TEXT.remove(name)}
            onPress={() => editFleet((fleet) => removeHost(fleet, name))}
          >
            ×
          </Button>
        )}
      </div>
      {written?.gpus === undefined ? (
        <p className="hint">{kinds(gpus)}</p>
      ) : (
        written.gpus.map(({ gpu, count = 1 }, place) => (
          <NumberSetting
            // biome-ignore lint/suspicious/noArrayIndexKey: kinds have no name of their own, and stay in order
            key={place}
            label={gpu}
            value={count}
            least={0}
            onChange={(next) =>
              editFleet((fleet) => setCards(fleet, { host: name, place }, { count: next ?? 0 }))
            }
          />
        ))
      )}
      <HostSettings name={name} form={hostForm} />
    </li>
  );
}

/** Folded, and loaded when it is opened. */
function HostSettings({
  name,
  form: Form,
}: {
  readonly name: string;
  readonly form: CardParts["hostForm"];
}): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{TEXT.cards.settings(name)}</summary>
      {isOpen && (
        <Suspense fallback={null}>
          <Form name={name} />
        </Suspense>
      )}
    </details>
  );
}

/** The texts of nvidia-smi that the fleet is made of. */
function InventoryFiles(): ReactNode {
  const inventory = usePlanner((state) => state.parsed.fleet.inventory);
  const edit = usePlanner((state) => state.edit);
  const names = [inventory ?? []].flat();
  return (
    <ul className="plain-list chips">
      {names.map((name) => (
        <li key={name} className="chip">
          {name}
          <Button
            className="button quiet"
            aria-label={TEXT.remove(name)}
            onPress={() =>
              edit((workspace) => ({
                fleet: setInventory(
                  workspace.fleet,
                  names.filter((other) => other !== name),
                ),
                files: workspace.files.filter((file) => file.name !== name),
              }))
            }
          >
            ×
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** "8 × GeForce RTX 3090, 4 × GeForce RTX 4090" */
function kinds(gpus: readonly PlanGpu[]): string {
  return groupsOf(gpus, ({ name }) => name)
    .map(([name, own]) => `${own.length} × ${name}`)
    .join(", ");
}
