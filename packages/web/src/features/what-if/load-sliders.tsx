import type { LoadSubject } from "@berth/core/changes";
import type { ReactNode } from "react";
import { WHAT_IF_TEXT } from "../../text/what-if-en.ts";
import { NumberSetting } from "../../ui/number-setting.tsx";
import { SliderSetting } from "../../ui/slider-setting.tsx";
import type { Load } from "./use-load.ts";

/** Steps of the context's slider; tokens. */
const CONTEXT_STEP = 256;
/** Steps of a share of memory. */
const SHARE_STEP = 0.01;
const LEAST_SHARE = 0.01;
const MOST_SHARE = 0.99;

const COUNT: Intl.NumberFormatOptions = {};
const SHARE: Intl.NumberFormatOptions = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

/** Context, sequences and share of memory: each by a slider, and the two that are asked for by a field too. */
export function LoadSliders({
  load,
  subject,
}: {
  readonly load: Load;
  readonly subject: LoadSubject;
}): ReactNode {
  const text = WHAT_IF_TEXT;
  const { point, opened, share, setPoint, setShare } = load;
  const { knob, maxContext, replicas, engine } = subject;
  const setContext = (maxSeqLen: number) => setPoint({ ...point, maxSeqLen });
  const setSequences = (sequences: number) => setPoint({ ...point, sequences });
  return (
    <div className="sliders">
      <SliderSetting
        label={text.context}
        value={point.maxSeqLen}
        least={CONTEXT_STEP}
        most={contextEnd(subject, opened?.frontier[0]?.maxSeqLen ?? maxContext)}
        step={CONTEXT_STEP}
        format={COUNT}
        onChange={setContext}
      />
      <NumberSetting
        label={text.contextExact}
        value={point.maxSeqLen}
        most={maxContext}
        onChange={(next) => next !== undefined && setContext(next)}
      />
      <SliderSetting
        label={replicas > 1 ? `${text.concurrency}, ${text.ofEach(replicas)}` : text.concurrency}
        value={point.sequences}
        least={1}
        most={opened?.mostSequences ?? point.sequences}
        step={1}
        format={COUNT}
        onChange={setSequences}
      />
      <NumberSetting
        label={text.concurrencyExact}
        value={point.sequences}
        onChange={(next) => next !== undefined && setSequences(next)}
      />
      {knob === undefined ? (
        <p className="hint wide">{text.noFraction(engine)}</p>
      ) : (
        <div className="wide">
          <SliderSetting
            label={text.fraction[knob]}
            value={share ?? MOST_SHARE}
            least={LEAST_SHARE}
            most={MOST_SHARE}
            step={SHARE_STEP}
            format={SHARE}
            said={share === undefined ? text.tooMuch : undefined}
            onChange={setShare}
          />
          <p className="hint">{text.fractionHint}</p>
        </div>
      )}
    </div>
  );
}

/** A slider goes as far as one sequence may be long, and a quarter more, so that its end can be seen. */
function contextEnd({ maxContext, planned }: LoadSubject, longest: number): number {
  const end = Math.max(longest, planned.maxSeqLen) * (1 + 1 / 4);
  return Math.min(maxContext, Math.ceil(end / CONTEXT_STEP) * CONTEXT_STEP);
}
