import { resolve } from "node:path";
import { type Calibrate, InputError } from "@berth/core";
import type { CalibrationDocument } from "@berth/core/verify";
import { putFile } from "./put-file.ts";
import { codeOf, readText, readTextIfThere } from "./read-text.ts";

/** A term has 300 bytes, and an engine ten terms. */
const MAX_CALIBRATION_BYTES = 10_000_000;

/** A calibration as it was read, so that another thread can use the same. */
export interface ReadCalibration {
  readonly file: string;
  readonly document: CalibrationDocument;
}

/** The calibration in a file; undefined where none is given. Throws an InputError when it can't be used. */
export async function calibrationOf(
  file: string | undefined,
  folder: string,
): Promise<Calibrate | undefined> {
  return calibrateBy(await calibrationIn(file, folder));
}

/** What corrects estimates by it; what reads and applies one is loaded where one is given. */
export async function calibrateBy(
  calibration: ReadCalibration | undefined,
): Promise<Calibrate | undefined> {
  if (calibration === undefined) {
    return;
  }
  const { withCalibration } = await import("@berth/core/verify");
  return withCalibration(calibration.file, calibration.document);
}

/** As `calibrationOf`, before it is used. */
export async function calibrationIn(
  file: string | undefined,
  folder: string,
): Promise<ReadCalibration | undefined> {
  if (file === undefined) {
    return;
  }
  const text = await readText({
    path: resolve(folder, file),
    name: file,
    maxBytes: MAX_CALIBRATION_BYTES,
  });
  const { readCalibration } = await import("@berth/core/verify");
  return { file, document: readCalibration(file, text) };
}

/** Writes a calibration in place of another or where nothing is. Throws an InputError for a file that is none. */
export async function writeCalibration(
  file: string,
  folder: string,
  document: CalibrationDocument,
): Promise<void> {
  const path = resolve(folder, file);
  const before = await readTextIfThere({ path, name: file, maxBytes: MAX_CALIBRATION_BYTES });
  if (before !== undefined && before.trim() !== "" && !/"berth\/calibration@\d+"/.test(before)) {
    throw new InputError({ file }, "is there already and is no calibration; give another name");
  }
  try {
    await putFile(path, `${JSON.stringify(document, undefined, 2)}\n`, { followsLink: true });
  } catch (error) {
    throw new InputError({ file }, `can't be written (${codeOf(error)})`, { cause: error });
  }
}
