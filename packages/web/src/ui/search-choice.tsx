import { type ReactNode, useMemo, useState } from "react";
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
}: {
  readonly label: string;
  readonly items: readonly Found[];
  readonly onChoose: (id: string) => void;
  readonly onText?: (text: string) => void;
  readonly placeholder?: string;
}): ReactNode {
  const [text, setText] = useState("");
  const shown = useMemo(() => found(items, text), [items, text]);
  const choose = (id: string) => {
    setText("");
    onChoose(id);
  };
  return (
    <ComboBox
      className="field"
      items={shown}
      inputValue={text}
      onInputChange={setText}
      selectedKey={null}
      onSelectionChange={(key) => key !== null && choose(String(key))}
      menuTrigger="focus"
      allowsCustomValue={onText !== undefined}
      onKeyDown={(event) => {
        if (event.key === "Enter" && shown.length === 0 && text.trim() !== "") {
          onText?.(text.trim());
          setText("");
        }
      }}
    >
      <Label>{label}</Label>
      <div className="combo">
        <Input {...(placeholder === undefined ? {} : { placeholder })} />
        <Button className="step">▾</Button>
      </div>
      <Popover className="popover">
        <ListBox className="list-box">
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
