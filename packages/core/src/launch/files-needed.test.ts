import { expect, test } from "vitest";
import { missingFiles } from "./files-needed.ts";

test("what a server's script asks of the environment is known before it is started", () => {
  const needs = { variable: "MODEL_PATH_LONG", what: "a checkpoint in fp8" };
  const wanted = [{}, { needs }, { needs }];
  expect(missingFiles(wanted, {})).toEqual(["set MODEL_PATH_LONG to a checkpoint in fp8"]);
  expect(missingFiles(wanted, { MODEL_PATH_LONG: "" })).toHaveLength(1);
  expect(missingFiles(wanted, { MODEL_PATH_LONG: "/srv/long" })).toEqual([]);
});
