// node child.mjs all|again FOLDER: writes as Berth does, for writes.test.ts, which bundles it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeCalibration } from "../../packages/cli/src/io/calibration-file.ts";
import { createHttpCache } from "../../packages/cli/src/io/http-cache.ts";
import { putFile } from "../../packages/cli/src/io/put-file.ts";
import { whileLocked, writeState } from "../../packages/cli/src/launch/state-file.ts";
import { openFleetStore } from "../../packages/cli/src/serve/fleet-store.ts";

const [what, folder = ""] = process.argv.slice(2);
const LONG = "# as long as it takes\n".repeat(2000);

/** Everything that is written outside of deployments and plans, by what is written. */
const WRITERS: Readonly<Record<string, () => Promise<unknown>>> = {
  calibration: () =>
    writeCalibration("calibration.json", folder, {
      schema: "berth/calibration@1",
      note: LONG,
    } as never),
  state: () => writeState(join(folder, "state"), { schema: "berth/launch@1", note: LONG } as never),
  lock: () => whileLocked(join(folder, "state"), async () => undefined),
  cache: () =>
    createHttpCache(folder).write("key", { body: new Uint8Array(LONG.length), size: 1 } as never),
  "saved fleet": async () => {
    const store = openFleetStore({ root: folder }, "fleet.yaml");
    const { etag = "" } = (await store.read()) ?? {};
    await store.save({ text: LONG, draft: true }, { etag });
  },
  "new fleet": () =>
    openFleetStore({ root: folder }, "new.yaml").save({ text: LONG, draft: true }, "absent"),
};

if (what === "again") {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; ; i += 1) {
    await putFile(join(folder, "file"), (i % 2 === 0 ? "a" : "b").repeat(2_000_000));
  }
}
for (const [name, write] of Object.entries(WRITERS)) {
  const said = await write().then(
    () => "written",
    (error: Error) => `${error.name}: ${error.message}`,
  );
  process.stdout.write(`${name}: ${said}\n`);
}
