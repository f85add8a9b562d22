import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { NumberSetting } from "../../ui/number-setting.tsx";
import type { MonteCarlo, WalkSetting } from "./use-monte-carlo.ts";

/** Fewer than the command line's 10,000: a page walks in one thread. Intervals get half as wide with four times as many. */
const USUAL: WalkSetting = { paths: 2000, minutes: 10, seed: 1 };
/** As the command line has them. */
const LIMITS = {
  paths: { least: 10, most: 200_000 },
  minutes: { least: 1, most: 10_080 },
  seed: { least: 0 },
} as const;

/** How many paths, how long, from which seed; and the buttons that start and end the walk. */
export function WalkControls({ walk }: { readonly walk: MonteCarlo }): ReactNode {
  const [setting, setSetting] = useState(USUAL);
  const text = CAPACITY_TEXT.monteCarlo;
  const { running, found, start, cancel } = walk;
  return (
    <>
      <div className="row walk-row">
        {(["paths", "minutes", "seed"] as const).map((key) => (
          <NumberSetting
            key={key}
            label={text[key]}
            value={setting[key]}
            {...LIMITS[key]}
            onChange={(next) => setSetting({ ...setting, [key]: next ?? USUAL[key] })}
          />
        ))}
        <Button className="button primary" onPress={() => start(setting)}>
          {found === undefined && running === undefined ? text.run : text.again}
        </Button>
        {running !== undefined && (
          <Button className="button" onPress={cancel}>
            {text.cancel}
          </Button>
        )}
      </div>
      {running !== undefined && (
        <label className="walk-progress">
          {running.model === undefined ? text.starting : text.progress(running.model)}
          <progress max={1} {...(running.done === undefined ? {} : { value: running.done })} />
        </label>
      )}
    </>
  );
}
