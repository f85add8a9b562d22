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
  { text: HOSTS, says: "models: is missing; expected array" },
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
