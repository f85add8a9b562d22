import { Ajv } from "ajv";
import { parseAllDocuments } from "yaml";
import type { Artifact } from "../../packages/core/src/deploy/artifact.ts";
import { KUBE_SCHEMAS, RAY_SCHEMA } from "./kube-schemas.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a schema has been looked at for is read freely in tests
export type KubeRead = any;

/** The objects of a YAML file. Throws where it is no YAML, or where 1.1 reads other values than 1.2. */
function readYaml(text: string): KubeRead[] {
  const [newer, older] = (["1.2", "1.1"] as const).map((version) =>
    parseAllDocuments(text, { version, strict: true, uniqueKeys: true }).map((document) => {
      if ("errors" in document && document.errors.length > 0) {
        throw document.errors[0];
      }
      return "toJS" in document ? document.toJS() : null;
    }),
  );
  if (JSON.stringify(newer) !== JSON.stringify(older)) {
    throw new Error("YAML 1.1 and 1.2 read different values");
  }
  return newer ?? [];
}

/** All objects of the YAML files right in `folder`. */
export function readObjects(artifacts: readonly Artifact[], folder = ""): KubeRead[] {
  return artifacts
    .filter(
      ({ path }) => path.startsWith(folder) && /^[^/]+\.yaml$/.test(path.slice(folder.length)),
    )
    .flatMap(({ text }) => readYaml(text));
}

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map(
  Object.entries(KUBE_SCHEMAS).map(([kind, schema]) => [kind, ajv.compile(schema)]),
);

const validateRay = ajv.compile(RAY_SCHEMA);

/** What is wrong with a configuration of Ray Serve; nothing where it fits. */
export function rayErrors(config: KubeRead): string[] {
  validateRay(config);
  return (validateRay.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** What is wrong with an object by our own schema of its kind; nothing where it fits. */
export function schemaErrors(object: KubeRead): string[] {
  const kind = `${object.apiVersion} ${object.kind}`;
  const validate = validators.get(kind);
  if (validate === undefined) {
    return [`${kind}: no schema`];
  }
  validate(object);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${kind} ${object.metadata?.name ?? ""}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
