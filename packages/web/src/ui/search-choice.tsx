import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import {
  Button,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
} from "react-aria-components";

export interface Found {
  readonly id: string;
  readonly text: string;
  readonly note?: string;
  /** Other names that are searched too. */
  readonly also?: readonly string[];
}

/** Rows shown at once; more are found by typing on. */
const MOST_SHOWN = 60;

/** One of many, found by typing parts of its name. With `onText` another text is taken too. */
export function SearchChoice({
  label,
  items,
  onChoose,
  onText,
  placeholder,
  empty,
}: {
  readonly label: string;
  readonly items: readonly Found[];
  readonly onChoose: (id: string) => void;
  readonly onText?: (text: string) => void;
  readonly placeholder?: string;
  /** What the list says where nothing is found. */
  readonly empty: string;
}): ReactNode {
  const [text, setText] = useState("");
  const shown = useMemo(() => found(items, text), [items, text]);
  // a box of its own for each choice: an emptied one would open its list again
  const [turn, setTurn] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (turn > 0) {
      input.current?.focus();
    }
  }, [turn]);
  const taken = (take: () => void) => {
    setText("");
    setTurn(turn + 1);
    take();
  };
  const choose = (id: string) => taken(() => onChoose(id));
  return (
    <ComboBox
      key={turn}
      className="field"
      items={shown}
      inputValue={text}
      onInputChange={setText}
      selectedKey={null}
      onSelectionChange={(key) => key !== null && choose(String(key))}
      menuTrigger="input"
      allowsEmptyCollection
      allowsCustomValue={onText !== undefined}
    >
      <Label>{label}</Label>
      <div className="combo">
        <Input
          ref={input}
          {...(placeholder === undefined ? {} : { placeholder })}
          onKeyDown={({ key, currentTarget }) => {
            const typed = currentTarget.value.trim();
            if (key === "Enter" && shown.length === 0 && typed !== "") {
              taken(() => onText?.(typed));
            }
          }}
        />
        <Button className="step">▾</Button>
      </div>
      <Popover className="popover">
        <ListBox
          className="list-box"
          renderEmptyState={() => <p className="hint list-item">{empty}</p>}
        >
          {(item: Found) => (
            <ListBoxItem id={item.id} textValue={item.text} className="list-item">
              <span>{item.text}</span>{" "}
              {item.note !== undefined && <span className="hint">{item.note}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

/** Items in which every word of the text occurs. */
function found(items: readonly Found[], text: string): readonly Found[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return items
    .filter(({ text: name, note = "", also = [] }) => {
      const all = [name, note, ...also].join(" ").toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .slice(0, MOST_SHOWN);
}
