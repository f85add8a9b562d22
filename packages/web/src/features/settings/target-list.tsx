import type { FleetModel } from "@berth/core";
import { type ReactNode, useId } from "react";
import { Button } from "react-aria-components";
import { changeInModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { WORKLOAD_TEXT } from "../../text/workload-en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { TextSetting } from "../../ui/text-setting.tsx";
import { duration, percentile } from "./workload-codec.ts";

type Target = NonNullable<NonNullable<FleetModel["workload"]>["targets"]>[number];

/** As many as the fleet file takes. */
const MOST_TARGETS = 10;
/** What a target is until somebody says otherwise. */
const STARTS: readonly Target[] = [
  { metric: "ttft", most: "500 ms" },
  { metric: "tpot", most: "50 ms" },
  { metric: "e2e", most: "10 s" },
];
const METRICS = STARTS.map(({ metric }) => ({ id: metric, text: WORKLOAD_TEXT.metrics[metric] }));
const NONE: readonly Target[] = [];

/** How slow requests may be: a latency, the percentile that counts, and the most that it may take. */
export function TargetList({ model }: { readonly model: FleetModel }): ReactNode {
  const editFleet = usePlanner((state) => state.editFleet);
  const title = useId();
  const text = WORKLOAD_TEXT;
  const targets = model.workload?.targets ?? NONE;
  const setAll = (next: readonly Target[]) =>
    editFleet((fleet) =>
      changeInModel(fleet, [model.name, "workload"], {
        targets: next.length === 0 ? undefined : next,
      }),
    );
  const next = STARTS.find(({ metric }) => targets.every((one) => one.metric !== metric));
  return (
    <section className="targets" aria-labelledby={title}>
      <h4 id={title}>{text.targets}</h4>
      {targets.length === 0 && <p className="hint">{text.noTargets}</p>}
      {targets.map((target, place) => (
        <TargetRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a target is the one in its place
          key={place}
          target={target}
          place={place + 1}
          onChange={(change) =>
            editFleet((fleet) =>
              changeInModel(fleet, [model.name, "workload", "targets", place], change),
            )
          }
          onRemove={() => setAll(targets.filter((_, own) => own !== place))}
        />
      ))}
      <Button
        className="button"
        isDisabled={targets.length >= MOST_TARGETS}
        onPress={() => setAll([...targets, next ?? (STARTS[0] as Target)])}
      >
        {text.addTarget}
      </Button>
    </section>
  );
}

function TargetRow({
  target,
  place,
  onChange,
  onRemove,
}: {
  readonly target: Target;
  readonly place: number;
  readonly onChange: (change: Readonly<Record<string, unknown>>) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const text = WORKLOAD_TEXT;
  return (
    <fieldset className="target" aria-label={text.target(place)}>
      <ChoiceSetting
        label={text.metric}
        value={target.metric}
        choices={METRICS}
        onChange={(metric) => metric !== target.metric && onChange({ metric })}
      />
      <TextSetting
        label={text.percentile}
        value={percentile.show(target.percentile)}
        placeholder="95"
        problemOf={(typed) => (typed === "" ? undefined : percentile.problem(typed.trim()))}
        onChange={(typed) =>
          onChange({ percentile: typed === "" ? undefined : percentile.read(typed) })
        }
      />
      <TextSetting
        label={text.most}
        value={duration.show(target.most)}
        problemOf={(typed) => duration.problem(typed.trim())}
        onChange={(typed) => onChange({ most: duration.read(typed) })}
      />
      <Button className="button quiet" aria-label={text.removeTarget(place)} onPress={onRemove}>
        ×
      </Button>
    </fieldset>
  );
}
