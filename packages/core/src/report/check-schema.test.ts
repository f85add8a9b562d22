import { expect, test } from "vitest";
import * as z from "zod";
import { checkSchema } from "./check-schema.ts";

const schema = z.object({ rows: z.array(z.object({ cells: z.array(z.string()) })) });

// the fuzzer found a plan of 30,000 broken terms: "Maximum call stack size exceeded"
test("a value in which very much is wrong is refused by the first of it", () => {
  const value = { rows: [{ cells: Array.from({ length: 150_000 }, () => 1) }] };
  expect(() => schema.safeParse(value)).toThrow(RangeError);
  const { error } = checkSchema(schema, value);
  expect(error?.issues[0]?.path).toEqual(["rows", 0, "cells", 0]);
});

test("all that is wrong with a value is told where it is little", () => {
  const { error } = checkSchema(schema, { rows: [{ cells: [1, 2] }, {}] });
  expect(error?.issues.map(({ path }) => path.join("."))).toEqual([
    "rows.0.cells.0",
    "rows.0.cells.1",
    "rows.1.cells",
  ]);
  expect(checkSchema(schema, { rows: [] })).toMatchObject({ success: true, data: { rows: [] } });
});
