import type { ReactNode } from "react";
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components";

/** A number between two ends, by mouse, touch or arrow keys. */
export function SliderSetting({
  label,
  value,
  least,
  most,
  step,
  format,
  said,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** How the value is written and said. */
  readonly format: Intl.NumberFormatOptions;
  /** Shown instead of the value where that says nothing. */
  readonly said?: string | undefined;
  readonly onChange: (value: number) => void;
}): ReactNode {
  const shown = Math.min(most, Math.max(least, value));
  return (
    <Slider
      className="slider"
      value={shown}
      minValue={least}
      maxValue={most}
      step={step}
      formatOptions={format}
      onChange={(next) => onChange(next)}
    >
      <Label>{label}</Label>
      <SliderOutput className="slider-value">
        {({ state }) => said ?? state.getThumbValueLabel(0)}
      </SliderOutput>
      <SliderTrack className="slider-track">
        {({ state }) => (
          <>
            <div className="slider-fill" style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
            <SliderThumb className="slider-thumb" />
          </>
        )}
      </SliderTrack>
    </Slider>
  );
}
