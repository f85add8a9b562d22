import { type ReactNode, useId } from "react";
import { Button } from "react-aria-components";
import { useStore } from "zustand";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { cancelWhatIf, startWhatIf, type WhatIfRun, whatIfRun } from "../../state/what-if-run.ts";
import { WHAT_IF_RUN_TEXT } from "../../text/what-if-run-en.ts";
import { RatesForm } from "./rates-form.tsx";
import { WhatIfAnswer } from "./what-if-answer.tsx";

/** Other rates, and cards to buy: a form, how far the answer is, and the answer. */
export function RatesPanel(): ReactNode {
  const { store, clients } = usePlannerParts();
  const plan = usePlanner(({ planning }) => (planning.isSolving ? undefined : planning.plan));
  const runs = whatIfRun(store);
  const run = useStore(runs);
  const title = useId();
  const text = WHAT_IF_RUN_TEXT;
  const { wish, running, found } = run;
  const isAsked = wish.scaleRate !== undefined || wish.buy.length > 0;
  return (
    <section className="rates" aria-labelledby={title}>
      <h3 id={title}>{text.title}</h3>
      <p className="hint">{text.lead}</p>
      <RatesForm wish={wish} onChange={(part) => runs.setState({ wish: { ...wish, ...part } })} />
      <div className="row">
        <Button
          className="button primary"
          isDisabled={plan === undefined || !isAsked}
          onPress={() => plan !== undefined && void startWhatIf(store, clients, plan)}
        >
          {found === undefined ? text.ask : text.again}
        </Button>
        {running !== undefined && (
          <Button className="button" onPress={() => cancelWhatIf(store)}>
            {text.cancel}
          </Button>
        )}
        {!isAsked && <span className="hint">{text.nothingAsked}</span>}
      </div>
      <Progress running={running} />
      <Outcome run={run} isOld={found !== undefined && found.plan !== plan} />
      {found !== undefined && <WhatIfAnswer document={found.document} />}
    </section>
  );
}

function Progress({ running }: Pick<WhatIfRun, "running">): ReactNode {
  const text = WHAT_IF_RUN_TEXT;
  if (running === undefined) {
    return null;
  }
  const { what, done = 0, all = 1 } = running;
  return (
    <label className="run-progress">
      {what === undefined ? text.starting : text.progress(done, all, what)}
      <progress max={all} {...(what === undefined ? {} : { value: done })} />
    </label>
  );
}

function Outcome({
  run: { found, problem, isCancelled, running },
  isOld,
}: {
  readonly run: WhatIfRun;
  readonly isOld: boolean;
}): ReactNode {
  const text = WHAT_IF_RUN_TEXT;
  return (
    <>
      <output aria-live="polite" className="hint">
        {isCancelled && text.cancelled}
        {found !== undefined && !isCancelled && running === undefined && text.done}
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
