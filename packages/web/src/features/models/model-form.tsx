import type { FleetModel } from "@berth/core";
import type { ReactNode } from "react";
import { Checkbox } from "react-aria-components";
import { type Change, changeModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { tokensProblem } from "../../state/setting-problems.ts";
import { TEXT } from "../../text/en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { NumberSetting } from "../../ui/number-setting.tsx";
import { TextSetting } from "../../ui/text-setting.tsx";
import { KV_CHOICES, QUANTIZATION_CHOICES } from "./precision-choices.ts";

/** What a person may say of a model; what is left empty, Berth chooses. */
export function ModelForm({ model }: { readonly model: FleetModel }): ReactNode {
  const editFleet = usePlanner((state) => state.editFleet);
  const change = (keys: Change) => editFleet((fleet) => changeModel(fleet, model.name, keys));
  return (
    <div className="form-grid">
      <Precisions model={model} change={change} />
      <Load model={model} change={change} />
      <Layout model={model} change={change} />
    </div>
  );
}

interface PartProps {
  readonly model: FleetModel;
  readonly change: (keys: Change) => void;
}

function Precisions({ model, change }: PartProps): ReactNode {
  const text = TEXT.models;
  return (
    <>
      <ChoiceSetting
        label={text.quantization}
        value={single(model.quantization)}
        choices={withOwn(QUANTIZATION_CHOICES, model.quantization)}
        onChange={(id) => change({ quantization: id === "" ? undefined : id })}
      />
      <ChoiceSetting
        label={text.kvCacheDtype}
        value={single(model.kvCacheDtype)}
        choices={withOwn(KV_CHOICES, model.kvCacheDtype)}
        onChange={(id) => change({ kvCacheDtype: id === "" ? undefined : id })}
      />
    </>
  );
}

function Load({ model, change }: PartProps): ReactNode {
  const text = TEXT.models;
  const { concurrency } = model;
  const want = typeof concurrency === "number" ? concurrency : concurrency?.want;
  const least = typeof concurrency === "number" ? undefined : concurrency?.least;
  return (
    <>
      <TextSetting
        label={text.maxSeqLen}
        value={model.maxSeqLen === undefined ? "" : String(model.maxSeqLen)}
        placeholder="8k"
        hint={text.maxSeqLenHint}
        problemOf={tokensProblem}
        onChange={(maxSeqLen) => change({ maxSeqLen: maxSeqLen === "" ? undefined : maxSeqLen })}
      />
      <NumberSetting
        label={text.want}
        value={want}
        placeholder="1"
        onChange={(next) => change({ concurrency: concurrencyOf(least, next) })}
      />
      <NumberSetting
        label={text.least}
        value={least}
        placeholder="1"
        onChange={(next) => change({ concurrency: concurrencyOf(next, want ?? next) })}
      />
      <NumberSetting
        label={text.replicas}
        value={model.replicas}
        placeholder="1"
        onChange={(replicas) => change({ replicas })}
      />
    </>
  );
}

function Layout({ model, change }: PartProps): ReactNode {
  const text = TEXT.models;
  return (
    <>
      <NumberSetting
        label={text.tp}
        value={typeof model.tp === "number" ? model.tp : undefined}
        placeholder={text.free}
        onChange={(tp) => change({ tp })}
      />
      <NumberSetting
        label={text.pp}
        value={typeof model.pp === "number" ? model.pp : undefined}
        placeholder={text.free}
        onChange={(pp) => change({ pp })}
      />
      <TextSetting
        label={text.pins}
        value={[model.gpus ?? []].flat().join(", ")}
        placeholder={text.free}
        hint={text.pinsHint}
        onChange={(pins) => change({ gpus: listOf(pins) })}
      />
      <NumberSetting
        label={text.priority}
        value={model.priority}
        least={0}
        placeholder="0"
        onChange={(priority) => change({ priority })}
      />
      <Checkbox
        className="checkbox"
        isSelected={model.exclusive === true}
        onChange={(isExclusive) => change({ exclusive: isExclusive ? true : undefined })}
      >
        <span className="box" aria-hidden="true" />
        {text.exclusive}
      </Checkbox>
    </>
  );
}

function concurrencyOf(least: number | undefined, want: number | undefined): unknown {
  if (want === undefined) {
    return undefined;
  }
  return least === undefined ? want : { least: Math.min(least, want), want };
}

function listOf(text: string): unknown {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  return names.length === 0 ? undefined : names;
}

/** A list of precisions is one choice of its own, which the fleet file's text changes. */
function single(value: string | readonly string[] | undefined): string {
  return [value ?? ""].flat().join(", ");
}

function withOwn(
  choices: readonly { readonly id: string; readonly text: string }[],
  value: string | readonly string[] | undefined,
): readonly { readonly id: string; readonly text: string }[] {
  const own = single(value);
  return choices.some(({ id }) => id === own) ? choices : [...choices, { id: own, text: own }];
}
