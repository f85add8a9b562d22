import { expect, test } from "vitest";
import { parseTrace } from "./trace.ts";

test.each([
  {
    what: "without a header",
    text: "10, 100, 20\n12.5,7,3\n",
    expected: [
      { at: 0, prompt: 100, output: 20 },
      { at: 2.5, prompt: 7, output: 3 },
    ],
  },
  {
    what: "with our header, out of order, with Windows line ends",
    text: "time,prompt tokens,output tokens\r\n5,2,3\r\n1,8,9\r\n",
    expected: [
      { at: 0, prompt: 8, output: 9 },
      { at: 4, prompt: 2, output: 3 },
    ],
  },
  {
    what: "of BurstGPT",
    text: "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,230,1317,Conversation log\n",
    expected: [
      { at: 0, prompt: 472, output: 18 },
      { at: 40, prompt: 1087, output: 230 },
    ],
  },
  {
    what: "of Azure in 2023",
    text: "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n",
    expected: [
      { at: 0, prompt: 374, output: 44 },
      { at: 4.314579, prompt: 396, output: 109 },
    ],
  },
  {
    what: "of Azure in 2024",
    text: "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 00:00:01+00:00,2399,6\n",
    expected: [
      { at: 0, prompt: 2162, output: 5 },
      { at: 0.99007, prompt: 2399, output: 6 },
    ],
  },
  {
    what: "with commas and nothing in cells that are not read",
    text: 'region,time,name,prompt,output\n"eu, west",1,,100,20\n,"3","a,,b",7,3\n',
    expected: [
      { at: 0, prompt: 100, output: 20 },
      { at: 2, prompt: 7, output: 3 },
    ],
  },
])("a trace $what", ({ text, expected }) => {
  const { requests } = parseTrace("trace.csv", text);
  expect(requests.map(({ at, ...rest }) => ({ at: Number(at.toFixed(6)), ...rest }))).toEqual(
    expected,
  );
});

test("the longest and the latest that are read", () => {
  const { requests } = parseTrace("t.csv", "253402300799,100000000,1\n253402300800,1,100000000\n");
  expect(requests).toEqual([
    { at: 0, prompt: 100_000_000, output: 1 },
    { at: 1, prompt: 1, output: 100_000_000 },
  ]);
});

test("requests without an answer are counted, not served", () => {
  expect(parseTrace("t.csv", "1,10,5\n2,10,0\n3,0,5\n")).toMatchObject({ skipped: 2 });
});

test.each([
  { text: "", problem: "t.csv: expected requests, got a trace without any" },
  {
    text: "time,prompt,output\n1,9,0\n2,0,9\n",
    problem: "t.csv: expected requests with an answer, got 2 without prompt or output tokens",
  },
  {
    text: "1,2\n",
    problem:
      't.csv: line 1: expected a time, prompt tokens and output tokens (at most 100000000), got "1,2"',
  },
  { text: "1,2,3\n1,-2,3\n", problem: "t.csv: line 2: expected a time" },
  { text: "1,2,3\nyesterday,2,3\n", problem: "t.csv: line 2: expected a time" },
  // as a number the first is infinite, the second before 1970
  { text: `${"9".repeat(400)},2,3\n`, problem: "t.csv: line 1: expected a time" },
  { text: "1,2,3\n1969-12-31 23:59:59,2,3\n", problem: "t.csv: line 2: expected a time" },
  { text: "253402300801,2,3\n", problem: "t.csv: line 1: expected a time" },
  { text: "1,100000001,3\n", problem: "t.csv: line 1: expected a time" },
  { text: "1,2,100000001\n", problem: "t.csv: line 1: expected a time" },
  { text: "when,prompt,output\n", problem: "t.csv: line 1: expected a column time or timestamp" },
])("$problem", ({ text, problem }) => {
  expect(() => parseTrace("t.csv", text)).toThrow(problem);
});
