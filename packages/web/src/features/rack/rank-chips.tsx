import { useDraggable } from "@dnd-kit/core";
import { type ReactNode, useRef, useState } from "react";
import { Header, Menu, MenuItem, MenuSection, Popover } from "react-aria-components";
import { pinMoved, pinTo } from "../../state/move-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { cardsShown, looksShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { type Dragged, draggedId } from "../../viz/dragged.ts";
import type { RankOnCard } from "../../viz/segments.ts";
import { verdictOf } from "./drop.ts";

/** Who is on a card: each can be dragged to another, or sent there by its menu. */
export function RankChips({ ranks }: { readonly ranks: readonly RankOnCard[] }): ReactNode {
  return (
    <ul className="rank-chips">
      {ranks.map(({ deployment, rank }) => (
        <li key={`${deployment.model}/${deployment.replica}/${rank.rank}`}>
          <RankChip
            dragged={{
              kind: "rank",
              model: deployment.model,
              replica: deployment.replica,
              rank: rank.rank,
              from: rank.gpu,
            }}
            ranks={deployment.ranks.length}
            isPinned={deployment.pins !== undefined}
          />
        </li>
      ))}
    </ul>
  );
}

type RankDragged = Extract<Dragged, { kind: "rank" }>;

function RankChip({
  dragged,
  ranks,
  isPinned,
}: {
  readonly dragged: RankDragged;
  readonly ranks: number;
  readonly isPinned: boolean;
}): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement | null>(null);
  const color = usePlanner((state) => looksShown(state).get(dragged.model)?.color);
  const { listeners, attributes, setNodeRef, isDragging } = useDraggable({
    id: draggedId(dragged),
    data: dragged,
  });
  const { model, rank } = dragged;
  return (
    <>
      <button
        type="button"
        ref={(node) => {
          button.current = node;
          setNodeRef(node);
        }}
        className="rank-chip"
        data-dragging={isDragging || undefined}
        {...listeners}
        aria-describedby={attributes["aria-describedby"]}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(true)}
      >
        <span className="swatch" style={{ background: color }} />
        {ranks > 1 ? TEXT.move.rank(model, rank, ranks) : model}
        {isPinned && <span className="pin">{TEXT.move.pin}</span>}
      </button>
      <Popover
        className="popover move-menu"
        aria-label={TEXT.move.menu(model)}
        triggerRef={button}
        isOpen={isOpen}
        onOpenChange={setIsOpen}
      >
        {isOpen && (
          <MoveMenu dragged={dragged} isPinned={isPinned} onDone={() => setIsOpen(false)} />
        )}
      </Popover>
    </>
  );
}

/** Every card with what would come of moving there; for keyboards, and for hands that don't drag. */
function MoveMenu({
  dragged,
  isPinned,
  onDone,
}: {
  readonly dragged: RankDragged;
  readonly isPinned: boolean;
  readonly onDone: () => void;
}): ReactNode {
  const plan = usePlanner((state) => state.planning.plan);
  const cards = usePlanner(cardsShown);
  const editFleet = usePlanner((state) => state.editFleet);
  const { model, replica, rank } = dragged;
  if (plan === undefined) {
    return null;
  }
  const choose = (key: string) => {
    editFleet((fleet) =>
      key === FREE
        ? pinTo(fleet, model, [])
        : pinMoved(fleet, plan, { model, replica, rank, to: key }),
    );
    onDone();
  };
  return (
    <Menu
      aria-label={TEXT.move.menu(model)}
      onAction={(key) => choose(String(key))}
      onClose={onDone}
      autoFocus="first"
    >
      {isPinned && (
        <MenuItem id={FREE} className="list-item" textValue={TEXT.move.unpin}>
          {TEXT.move.unpin}
        </MenuItem>
      )}
      <MenuSection>
        <Header className="hint menu-head">{TEXT.move.menu(model)}</Header>
        {cards.slice(0, MOST_CARDS).map(({ id }) => {
          const { fits, text } = verdictOf(plan, dragged, { kind: "card", id });
          return (
            <MenuItem
              key={id}
              id={id}
              className="list-item"
              textValue={id}
              isDisabled={fits === "no" || fits === "here"}
            >
              <span>{id}</span> <span className="hint">{text}</span>
            </MenuItem>
          );
        })}
      </MenuSection>
    </Menu>
  );
}

/** The key of the choice that is no card. */
const FREE = "/free";

/** Cards that a menu lists; on larger fleets a model is pinned by its settings. */
const MOST_CARDS = 64;
