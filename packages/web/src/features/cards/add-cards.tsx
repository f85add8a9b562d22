import { formatGib } from "@berth/core";
import { type ClipboardEvent, type ReactNode, useState } from "react";
import {
  Button,
  Input,
  Label,
  Tab,
  TabList,
  TabPanel,
  Tabs,
  TextArea,
  TextField,
} from "react-aria-components";
import { addHost } from "../../state/fleet-edits.ts";
import { isPrinted } from "../../state/inventory-marks.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { withInventory } from "../../state/with-dropped.ts";
import { TEXT } from "../../text/en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { NumberSetting } from "../../ui/number-setting.tsx";

/** Two ways to bring cards: what nvidia-smi printed, or the catalogue. */
export function AddCards({ onDone }: { readonly onDone: () => void }): ReactNode {
  const text = TEXT.cards;
  return (
    <Tabs className="tabs">
      <TabList aria-label={text.add} className="tab-list">
        <Tab id="paste" className="tab">
          {text.paste}
        </Tab>
        <Tab id="pick" className="tab">
          {text.pick}
        </Tab>
      </TabList>
      <TabPanel id="paste">
        <PasteCards onDone={onDone} />
      </TabPanel>
      <TabPanel id="pick">
        <PickCards onDone={onDone} />
      </TabPanel>
    </Tabs>
  );
}

/**
 * A place for the text of nvidia-smi. A pasted output counts at once: it is long, and there is nothing to edit in
 * it. What can't be read says so in the cards' panel, and can be undone.
 */
export function PasteCards({ onDone }: { readonly onDone?: () => void }): ReactNode {
  const edit = usePlanner((state) => state.edit);
  const [host, setHost] = useState("");
  const [printed, setPrinted] = useState("");
  const text = TEXT.cards;
  const use = (output: string) => {
    edit((workspace) => withInventory(workspace, output, host.trim()));
    setPrinted("");
    setHost("");
    onDone?.();
  };
  const paste = (event: ClipboardEvent) => {
    const output = event.clipboardData.getData("text");
    if (isPrinted(output)) {
      event.preventDefault();
      use(output);
    }
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        use(printed);
      }}
    >
      <TextField className="field" value={host} onChange={setHost}>
        <Label>{text.hostName}</Label>
        <Input placeholder="box1" />
      </TextField>
      <TextField className="field" value={printed} onChange={setPrinted}>
        <Label>{text.pasteLabel}</Label>
        <TextArea className="paste" rows={6} spellCheck="false" onPaste={paste} />
        <p className="hint">{text.pasteHint}</p>
      </TextField>
      <Button type="submit" className="button primary" isDisabled={printed.trim() === ""}>
        {text.use}
      </Button>
    </form>
  );
}

/** A host with so many cards of a kind of the catalogue. */
export function PickCards({ onDone }: { readonly onDone?: () => void }): ReactNode {
  const catalog = usePlanner((state) => state.catalog);
  const editFleet = usePlanner((state) => state.editFleet);
  const [host, setHost] = useState("box1");
  const [gpu, setGpu] = useState("rtx-3090");
  const [count, setCount] = useState(1);
  const text = TEXT.cards;
  const choices = (catalog?.gpus ?? []).map(({ id, name, memoryBytes }) => ({
    id,
    text: `${name}, ${formatGib(memoryBytes, 1)}`,
  }));
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        editFleet((fleet) => addHost(fleet, { name: host.trim() || "box1", gpu, count }));
        onDone?.();
      }}
    >
      <TextField className="field" value={host} onChange={setHost}>
        <Label>{text.hostName}</Label>
        <Input />
      </TextField>
      <ChoiceSetting label={text.kind} value={gpu} choices={choices} onChange={setGpu} />
      <NumberSetting
        label={text.count}
        value={count}
        most={MOST_ON_HOST}
        onChange={(next) => setCount(next ?? 1)}
      />
      <Button type="submit" className="button primary">
        {text.addHost}
      </Button>
    </form>
  );
}

/** Cards that are added to a host at once; the largest hosts that are sold have 16. */
const MOST_ON_HOST = 64;
