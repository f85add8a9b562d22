import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { NumberSetting } from "../../ui/number-setting.tsx";
import type { Simulator } from "./use-simulator.ts";

type Numbers = Readonly<Record<string, number>>;

/** A number that a run is asked for, within the command line's limits. */
export interface RunField<Key extends string> {
  readonly key: Key;
  readonly usual: number;
  readonly least: number;
  readonly most?: number;
}

/** How much time is walked through, and from which seed; limits as on the command line. */
export const TIME_FIELDS: readonly RunField<"minutes" | "seed">[] = [
  { key: "minutes", usual: 10, least: 1, most: 10_080 },
  { key: "seed", usual: 1, least: 0 },
];

interface Words {
  readonly run: string;
  readonly again: string;
  readonly progress: (model: string) => string;
}

/** What a run is asked for; the buttons that start and end it; and how far it is. */
export function RunControls<Key extends "paths" | "minutes" | "seed">({
  fields,
  words,
  simulator: { running, found, setting: last, start, cancel },
}: {
  readonly fields: readonly RunField<Key>[];
  readonly words: Words;
  readonly simulator: Simulator<Readonly<Record<Key, number>>>;
}): ReactNode {
  const [setting, setSetting] = useState<Numbers>(() =>
    Object.fromEntries(fields.map(({ key, usual }) => [key, last?.[key] ?? usual])),
  );
  const text = CAPACITY_TEXT.simulators;
  return (
    <>
      <div className="row run-row">
        {fields.map(({ key, usual, ...limits }) => (
          <NumberSetting
            key={key}
            label={text[key]}
            value={setting[key] ?? usual}
            {...limits}
            onChange={(next) => setSetting({ ...setting, [key]: next ?? usual })}
          />
        ))}
        <Button
          className="button primary"
          onPress={() => start(setting as Readonly<Record<Key, number>>)}
        >
          {found === undefined && running === undefined ? words.run : words.again}
        </Button>
        {running !== undefined && (
          <Button className="button" onPress={cancel}>
            {text.cancel}
          </Button>
        )}
      </div>
      {running !== undefined && (
        <label className="run-progress">
          {running.model === undefined ? text.starting : words.progress(running.model)}
          <progress max={1} {...(running.done === undefined ? {} : { value: running.done })} />
        </label>
      )}
    </>
  );
}

/** How the last run ended, for those who see it and those who hear it. */
export function RunOutcome<Setting>({
  simulator: { found, problem, isCancelled },
  isOld,
  done,
}: {
  readonly simulator: Simulator<Setting>;
  /** The run was of another plan than the one that is shown. */
  readonly isOld: boolean;
  readonly done: string;
}): ReactNode {
  const text = CAPACITY_TEXT.simulators;
  return (
    <>
      <output aria-live="polite" className="hint">
        {isCancelled && text.cancelled}
        {found !== undefined && !isCancelled && done}
        {isOld && ` ${text.outdated}`}
      </output>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
