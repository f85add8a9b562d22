import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const FOLDER = new URL("../../data/schemas/", import.meta.url);

const validators = new Map<string, ReturnType<Ajv2020["compile"]>>();

/** In what a document is not what the schema of its kind (data/schemas) says. */
export function schemaProblems(name: string, document: unknown): readonly string[] {
  const file = new URL(`${name}.schema.json`, FOLDER);
  const validate =
    validators.get(name) ??
    new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, "utf8")) as object);
  validators.set(name, validate);
  return validate(document)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message = "" }) => `${instancePath}: ${message}`,
      );
}
