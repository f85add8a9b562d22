import type { CalibrationDocument } from "../../documents/calibration-document.ts";
import type { Calibrate } from "../../engine/correction.ts";
import type { EngineSpec } from "../../engine/engine.ts";
import { compareVersions } from "../../engine/version.ts";

/** What plans and estimates take: each engine with a calibration's corrections; terms name `source` as theirs. */
export function withCalibration(source: string, { corrections }: CalibrationDocument): Calibrate {
  const known = new Map<string, EngineSpec>();
  return (engine, version) => {
    const key = `${engine.id} ${version}`;
    const own = corrections.filter(
      (one) =>
        one.engine === engine.id &&
        compareVersions(version, one.from) >= 0 &&
        compareVersions(version, one.before) < 0,
    );
    const calibrated = known.get(key) ?? {
      ...engine,
      corrections: Object.fromEntries(
        own.map(({ computeCapability, term, factor, spread }) => [
          `${computeCapability} ${term}`,
          { factor, spread, source },
        ]),
      ),
    };
    known.set(key, calibrated);
    return calibrated;
  };
}
