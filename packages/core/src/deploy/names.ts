import type { PlanDeployment } from "../documents/plan-document.ts";

/** Longest name of a file that is derived from a user's name; suffixes come on top. */
const MAX_SLUG_LENGTH = 48;

/**
 * A file name made from any text: letters, digits, ".", "_" and "-" stay, every run of other
 * characters becomes "-", accents go, ".." becomes ".", and none of these marks stands at an end.
 * What leaves nothing becomes "model".
 */
export function slug(text: string): string {
  const safe = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[-._]+/, "")
    .slice(0, MAX_SLUG_LENGTH)
    .replace(/[-._]+$/, "");
  return safe === "" ? "model" : safe;
}

/** A Hub id: organisation and name. The Hub allows neither "--" nor ".." in them. */
const HUB_ID = /^(?!.*(?:--|\.\.))[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * A file name for the source of a model, another one for every source: a Hub id with "--" for its
 * slash; of anything else the end, with a hash of all of it.
 */
export function sourceSlug(source: string): string {
  return HUB_ID.test(source) && source.length <= MAX_SLUG_LENGTH
    ? source.replace("/", "--")
    : `${slug(source.slice(-SOURCE_TAIL_LENGTH))}-${hash(source)}`;
}

/** The end of a path tells models apart, its beginning does not. */
const SOURCE_TAIL_LENGTH = 32;

/** FNV-1a over the UTF-16 units, 8 hexadecimal digits. */
export function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}

/**
 * The names as they are, where one comes again with "-2", "-3" and so on, in the order given.
 * Names that differ in upper and lower case only count as one, for file systems that say so.
 */
export function uniqueNames(names: readonly string[], taken: readonly string[] = []): string[] {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  return names.map((name) => {
    const free = firstFree(name, used);
    used.add(free.toLowerCase());
    return free;
  });
}

function firstFree(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name.toLowerCase())) {
    return name;
  }
  let suffix = 2;
  while (used.has(`${name}-${suffix}`.toLowerCase())) {
    suffix += 1;
  }
  return `${name}-${suffix}`;
}

/** For each key the unique slug of its text, keys in their order of first appearance. */
export function slugs<Key>(
  keys: readonly Key[],
  text: (key: Key) => string,
  taken: readonly string[] = [],
): ReadonlyMap<Key, string> {
  const distinct = [...new Set(keys)];
  const names = uniqueNames(
    distinct.map((key) => slug(text(key))),
    taken,
  );
  return new Map(distinct.map((key, at) => [key, names[at] ?? ""]));
}

/** What files and variables call a deployment. The name that clients use is the user's own. */
export interface DeploymentNames {
  /** Safe in a path; unique in the plan. Replicas are numbered where there are several. */
  readonly file: string;
  /** Environment variable with the path of the model's files; one for all replicas. */
  readonly pathVariable: string;
}

export function nameDeployments(
  deployments: readonly PlanDeployment[],
): ReadonlyMap<PlanDeployment, DeploymentNames> {
  const models = slugs(
    deployments.map(({ model }) => model),
    (model) => model,
  );
  const variables = variableNames(models, "MODEL_PATH_");
  const files = uniqueNames(
    deployments.map((deployment) => fileName(deployment, deployments, models)),
  );
  return new Map(
    deployments.map((deployment, at) => [
      deployment,
      { file: files[at] ?? "", pathVariable: variables.get(deployment.model) ?? "" },
    ]),
  );
}

function fileName(
  { model, replica }: PlanDeployment,
  all: readonly PlanDeployment[],
  models: ReadonlyMap<string, string>,
): string {
  const base = models.get(model) ?? "model";
  const hasReplicas = all.filter((other) => other.model === model).length > 1;
  return hasReplicas ? `${base}-r${replica}` : base;
}

/** For each host the variable that may hold its address. */
export function addressVariables(hosts: readonly string[]): ReadonlyMap<string, string> {
  return variableNames(
    slugs(hosts, (host) => host),
    "BERTH_ADDRESS_",
  );
}

/** The prefix and the name in capitals; what is no letter or digit becomes "_". */
function variableNames(
  names: ReadonlyMap<string, string>,
  prefix: string,
): ReadonlyMap<string, string> {
  const variables = uniqueNames(
    [...names.values()].map((name) => `${prefix}${name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}`),
  );
  // No name holds two "_" in a row, so none is taken twice.
  return new Map(
    [...names.keys()].map((name, at) => [name, (variables[at] ?? "").replaceAll("-", "__")]),
  );
}
