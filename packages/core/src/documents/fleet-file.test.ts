import { expect, test } from "vitest";
import { engineIds } from "../catalog/engine-catalog.ts";
import { QUANTIZATIONS } from "../model/quantization.ts";
import { parseFleetFile } from "./fleet-file.ts";

const HOSTS = "hosts: [{ name: a, gpus: [{ gpu: rtx-4090 }] }]\n";
const fleet = (model: string): string => `${HOSTS}models: [{ name: m, model: x, ${model} }]\n`;

test.each([
  { text: "modles: []", says: "modles: unknown key; did you mean models?" },
  { text: `${HOSTS}modles: []`, says: "modles: unknown key; did you mean models?" },
  {
    text: `${HOSTS}models: [{ nam: m, model: x }]`,
    says: "models[0].nam: unknown key; did you mean name?",
  },
  {
    text: "hosts: [{ name: a, gpus: [{ gpus: rtx-4090 }] }]",
    says: "hosts[0].gpus[0].gpus: unknown key; did you mean gpu?",
  },
  {
    text: fleet("concurrency: { leest: 1, want: 2 }"),
    says: "models[0].concurrency.leest: unknown key; did you mean least?",
  },
  { text: `${fleet("tp: 1")}tp: 2`, says: "tp: unknown key; expected one of " },
  {
    text: "hosts: [{ name: a, gpus: [{ type: rtx-4090 }] }]",
    says: "hosts[0].gpus[0].type: unknown key; expected one of gpu, count",
  },
  { text: HOSTS, says: "models: is missing; expected a list" },
  {
    text: '{"schema":"berth/plan@1","gpus":[]}',
    says: 'expected a fleet file, with models and the cards for them, got a "berth/plan@1" document',
  },
  {
    text: '<?xml version="1.0" ?>',
    says: "expected a fleet file, with models and the cards for them, got ",
  },
  { text: "[1]", says: "expected a fleet file, with models and the cards for them, got [1]" },
])("$says", ({ text, says }) => {
  expect(() => parseFleetFile("f.yaml", text)).toThrow(`f.yaml: ${says}`);
});

const prompt = (text: string): string => fleet(`workload: { rate: 1, prompt: ${text} }`);
const FORMS = "expected the keys of one form: median, p95, sigma, most; or quantiles; or histogram";

// a value of a union is held to the form that it has
test.each([
  {
    text: prompt("{ mean: 5 }"),
    says: "workload.prompt.mean: unknown key; expected one of median, p95, sigma, most, quantiles, histogram",
  },
  {
    text: prompt("{ quantile: 5 }"),
    says: "workload.prompt.quantile: unknown key; did you mean quantiles?",
  },
  { text: prompt("{ p95: 5 }"), says: "workload.prompt.median: is missing; expected a number or" },
  { text: prompt("{ quantiles: [], median: 3 }"), says: `workload.prompt: ${FORMS}; got {"quant` },
  { text: prompt("{}"), says: `workload.prompt: ${FORMS}; got {}` },
  {
    text: prompt("{ histogram: [{ from: 1, too: 2, weight: 1 }] }"),
    says: "workload.prompt.histogram[0].too: unknown key; did you mean to?",
  },
  {
    text: prompt("{ histogram: [{ from: 1, to: 2 }] }"),
    says: "workload.prompt.histogram[0].weight: is missing; expected a number",
  },
  { text: prompt("true"), says: "workload.prompt: expected a number or a text or keys and values" },
  { text: prompt("-3"), says: "workload.prompt: expected at least 0, got -3" },
  { text: fleet("concurrency: { least: 1 }"), says: "concurrency.want: is missing; expected" },
  { text: fleet("tp: [1, x]"), says: 'tp[1]: expected a number, got "x"' },
  { text: fleet("tp: []"), says: "tp: expected at least 1 item, got []" },
  { text: fleet("quantization: [bf16, foo]"), says: 'quantization[1]: expected one of "bf16", ' },
  { text: fleet("quantization: foo"), says: 'quantization: expected "auto" or one of "bf16", ' },
  { text: fleet(`kvCacheDtype: [${"auto, ".repeat(7)}]`), says: "expected at most 6 items, got" },
  { text: fleet("maxNumTokens: [1, true]"), says: "maxNumTokens[1]: expected a number or a text" },
])("of a union: $says", ({ text, says }) => {
  expect(() => parseFleetFile("f.yaml", text)).toThrow(says);
});

test("a var is named by a word", () => {
  expect(() => parseFleetFile("f.yaml", `${HOSTS}models: []\nvars: { 1a: 3 }`)).toThrow(
    'vars.1a: expected a name of letters, digits and _ that begins with a letter, got "1a"',
  );
});

test("its own schema may stand in it, and no other version of it", () => {
  const own = `schema: berth/fleet@1\n${fleet("tp: 1")}`;
  expect(parseFleetFile("f.yaml", own).schema).toBe("berth/fleet@1");
  expect(() => parseFleetFile("f.yaml", own.replace("@1", "@2"))).toThrow(/^f\.yaml: schema: /);
});

test.each(engineIds())("engine %s can be planned for", (engine) => {
  expect(parseFleetFile("f.yaml", fleet(`engine: ${engine}`)).models[0]?.engine).toBe(engine);
});

test.each(QUANTIZATIONS.filter((name) => name !== "gguf"))("%s is a choice", (quantization) => {
  const file = parseFleetFile("f.yaml", fleet(`quantization: ${quantization}`));
  expect(file.models[0]?.quantization).toBe(quantization);
});

test.each(["q8_0", "q4_0", "auto"])("a KV cache in %s can be asked for", (dtype) => {
  expect(() => parseFleetFile("f.yaml", fleet(`kvCacheDtype: ${dtype}`))).not.toThrow();
});
