import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { newestChange } from "../../scripts/newest-change.mjs";
import { BERTH_BIN, ROOT } from "./berth-bin.ts";

/** Before any test: bundles the command line anew where what tsc built is newer. */
export function setup(): void {
  const bundled = statSync(BERTH_BIN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (bundled > newestChange(ROOT, ["packages/*/dist"])) {
    return;
  }
  const { status } = spawnSync(process.execPath, ["scripts/bundle-cli.mjs"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) {
    throw new Error("expected what tsc -b builds in packages/*/dist: run npm test");
  }
}
