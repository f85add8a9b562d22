import { stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError, type PlanDocument, planFileText } from "@berth/core";
import { isPlan } from "./is-plan.ts";
import { MAX_PLAN_BYTES } from "./plan-file.ts";
import { putFile } from "./put-file.ts";
import { codeOf, readTextIfThere } from "./read-text.ts";

export interface PlanFile {
  /** As the user wrote it, relative to `folder`. */
  readonly name: string;
  readonly folder: string;
  readonly isForced: boolean;
}

/** Throws an InputError where the file is there and holds no plan of Berth's. */
export async function checkPlanFile({ name, folder, isForced }: PlanFile): Promise<void> {
  const path = resolve(folder, name);
  if (isForced || (await isDevice(path))) {
    return;
  }
  const text = await readTextIfThere({ path, name, maxBytes: MAX_PLAN_BYTES });
  if (text !== undefined && text.trim() !== "" && !isPlan(text)) {
    throw new InputError(
      { file: name },
      "is there already and is no plan of berth's; give another name, or --force",
    );
  }
}

/** Writes a plan; the file is either the old or the new one, never half of it. */
export async function writePlan(file: PlanFile, plan: PlanDocument): Promise<void> {
  await checkPlanFile(file);
  const path = resolve(file.folder, file.name);
  const text = planFileText(plan);
  try {
    await ((await isDevice(path))
      ? writeFile(path, text)
      : putFile(path, text, { followsLink: true }));
  } catch (error) {
    throw new InputError({ file: file.name }, `can't be written (${codeOf(error)})`, {
      cause: error,
    });
  }
}

/** /dev/null, a pipe and the like: written to, not replaced. */
async function isDevice(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}
