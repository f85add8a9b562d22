import { type FleetModel, formatParameters } from "@berth/core";
import { useDraggable } from "@dnd-kit/core";
import { type ComponentType, type ReactNode, Suspense, useContext } from "react";
import {
  Button,
  Disclosure,
  DisclosurePanel,
  DisclosureStateContext,
  Heading,
} from "react-aria-components";
import { addModel, removeModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { TEXT } from "../../text/en.ts";
import { SearchChoice } from "../../ui/search-choice.tsx";
import { type Dragged, draggedId } from "../../viz/dragged.ts";
import { modelLook } from "../../viz/model-look.ts";

/** What is shown of a model when it is asked for; the page puts them in, and loads them then. */
export interface ModelParts {
  readonly form: ComponentType<{ readonly model: FleetModel }>;
  /** For a model whose files are not here. */
  readonly missing: ComponentType<{ readonly model: string }>;
  /** What holds for all models. */
  readonly forAll: ComponentType;
}

/** The models that shall be served, and how to bring more. */
export function ModelsPanel({ parts }: { readonly parts: ModelParts }): ReactNode {
  const models = usePlanner((state) => state.parsed.fleet.models);
  const catalog = usePlanner((state) => state.catalog);
  const editFleet = usePlanner((state) => state.editFleet);
  const text = TEXT.models;
  const add = (id: string) => editFleet((fleet) => addModel(fleet, id));
  const items = (catalog?.models ?? []).map(({ id, parameters, aliases }) => ({
    id,
    text: id,
    note: text.parameters(formatParameters(parameters)),
    also: aliases,
  }));
  return (
    <section className="panel" aria-labelledby="models-title">
      <header className="panel-head">
        <h2 id="models-title">{text.title}</h2>
      </header>
      <SearchChoice
        label={text.add}
        items={items}
        placeholder={text.search}
        empty={catalog === undefined ? text.loading : text.notFound}
        onChoose={add}
        onText={add}
      />
      {models.length === 0 && <p className="hint">{text.none}</p>}
      <ul className="plain-list">
        {models.map((model, place) => (
          <ModelEntry key={model.name} model={model} place={place} parts={parts} />
        ))}
      </ul>
      {models.length > 0 && (
        <Suspense fallback={null}>
          <parts.forAll />
        </Suspense>
      )}
    </section>
  );
}

function ModelEntry({
  model,
  place,
  parts,
}: {
  readonly model: FleetModel;
  readonly place: number;
  readonly parts: ModelParts;
}): ReactNode {
  const editFleet = usePlanner((state) => state.editFleet);
  const missing = usePlanner((state) => state.cards.missing);
  const { name, draft } = model;
  const named = draft === undefined ? [model.model] : [model.model, draft];
  return (
    <li className="entry">
      <Disclosure>
        <Heading level={3} className="entry-head">
          <DragHandle model={name} color={modelLook(place).color} />
          <Button slot="trigger" className="disclosure" aria-label={TEXT.models.settings(name)}>
            <span className="entry-name">{name}</span>
          </Button>
          <Button
            className="button quiet"
            aria-label={TEXT.remove(name)}
            onPress={() => editFleet((fleet) => removeModel(fleet, name))}
          >
            ×
          </Button>
        </Heading>
        {model.model.split("/").at(-1)?.toLowerCase() !== name && (
          <p className="hint">{model.model}</p>
        )}
        {draft !== undefined && <p className="hint">{TEXT.models.draft(draft)}</p>}
        {named
          .filter((each) => missing.includes(each))
          .map((each) => (
            <Suspense key={each} fallback={<p className="problem">{TEXT.models.missing}</p>}>
              <parts.missing model={each} />
            </Suspense>
          ))}
        <DisclosurePanel>
          <WhenOpen>
            <parts.form model={model} />
          </WhenOpen>
        </DisclosurePanel>
      </Disclosure>
    </li>
  );
}

/** The model's colour, which is also what it is dragged by; the field "Only on" does the same without. */
function DragHandle({
  model,
  color,
}: {
  readonly model: string;
  readonly color: string;
}): ReactNode {
  const dragged: Dragged = { kind: "model", model };
  const { listeners, setNodeRef } = useDraggable({ id: draggedId(dragged), data: dragged });
  return (
    <span
      ref={setNodeRef}
      className="swatch handle"
      style={{ background: color }}
      title={TEXT.move.handle(model)}
      {...listeners}
    />
  );
}

/** Nothing until its disclosure is opened: what is in it is loaded then. */
function WhenOpen({ children }: { readonly children: ReactNode }): ReactNode {
  const isOpen = useContext(DisclosureStateContext)?.isExpanded === true;
  return isOpen && <Suspense fallback={null}>{children}</Suspense>;
}
