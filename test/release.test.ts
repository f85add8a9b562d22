import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgeAudit } from "../scripts/packages/audit.mjs";
import { compareTarballs } from "../scripts/packages/build-again.mjs";
import { folderWith } from "./cli/run-berth.ts";

/** As npm audit --json answers. */
const answer = (severities: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    vulnerabilities: Object.fromEntries(
      Object.entries(severities).map(([name, severity]) => [name, { name, severity }]),
    ),
    metadata: { dependencies: { total: 65 } },
  });

describe("npm audit", () => {
  test.each([
    ["nothing found", answer({}), /^ok .* 65 packages$/],
    ["little found", answer({ a: "low", b: "moderate" }), /^ok /],
    ["a registry that does not answer", '{ "message": "405 Method Not Allowed" }', /^\?\? .*405/],
    ["npm that says nothing", "", /^\?\? .*no answer/],
  ])("%s fails nothing", (_name, text, said) => {
    expect(judgeAudit(text)).toMatch(said);
  });

  test.each(["high", "critical"])("a %s finding fails, with its name", (severity) => {
    expect(() => judgeAudit(answer({ fine: "low", broken: severity }))).toThrow(
      `npm audit found broken: ${severity}`,
    );
  });
});

describe("two builds", () => {
  /** A tarball of two files, but for those that are given, dated alike. */
  function packed(changed: Readonly<Record<string, string>>, seconds = 0): string {
    const files = Object.entries({ same: "1", "index.js": "1", ...changed });
    const folder = folderWith(
      Object.fromEntries(files.map(([name, text]) => [`package/${name}`, text])),
    );
    const tarball = join(folder, "a-1.0.0.tgz");
    const dated = ["--sort=name", "--owner=0", "--group=0", `--mtime=@${seconds}`];
    const { status } = spawnSync("tar", [...dated, "-czf", tarball, "-C", folder, "package"]);
    expect(status).toBe(0);
    return tarball;
  }

  const compared = (changed: Readonly<Record<string, string>>, seconds = 0): Promise<void> =>
    compareTarballs([packed({})], [packed(changed, seconds)], folderWith({}));

  test("of the same bytes are the same", async () => {
    await expect(compared({})).resolves.toBeUndefined();
  });

  test("that differ in a file are told with its name", async () => {
    await expect(compared({ "index.js": "2" })).rejects.toThrow(/first\S*index\.js .* differ/);
  });

  test("of which one has a file more are told with its name", async () => {
    await expect(compared({ left: "" })).rejects.toThrow(/Only in second\S*: left/);
  });

  test("that differ in dates alone are told with the tarball's name", async () => {
    await expect(compared({}, 1)).rejects.toThrow(/^a second build .*\na-1\.0\.0\.tgz\n/);
  });
});
