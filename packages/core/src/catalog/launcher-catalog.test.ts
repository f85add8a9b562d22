import { expect, test } from "vitest";
import { compareVersions } from "../engine/version.ts";
import { launcherFact, launcherFactAt } from "./launcher-catalog.ts";
import { LAUNCHERS } from "./launchers.gen.ts";

const names = [...new Set(LAUNCHERS.map(({ launcher, fact }) => `${launcher} ${fact}`))];

test.each(names)("%s stands once, or version by version, oldest first", (name) => {
  const rows = LAUNCHERS.filter(({ launcher, fact }) => name === `${launcher} ${fact}`);
  const versions = rows.flatMap((row) => ("from" in row ? row.from : []));
  expect(rows.length === 1 || versions.length === rows.length).toBe(true);
  expect(versions.toSorted(compareVersions)).toEqual(versions);
});

test.each([
  { version: "0.17.0", flag: "--extra_llm_api_options", tag: undefined },
  { version: "1.1.0", flag: "--extra_llm_api_options", tag: "26.02" },
  { version: "1.2.0rc4", flag: "--extra_llm_api_options", tag: "26.02" },
  { version: "1.3.0rc23", flag: "--config", tag: "26.07" },
])("$version takes $flag, its Triton is $tag", ({ version, flag, tag }) => {
  expect(launcherFactAt("trtllm-serve", "configFlag", version)).toBe(flag);
  expect(launcherFactAt("triton", "tag", version)).toBe(tag);
});

test("every fact without a version has its value", () => {
  expect(launcherFact("triton", "httpPort")).toBe(8000);
  expect(launcherFact("triton", "lastEngineVersion")).toBe("1.2.1");
});
