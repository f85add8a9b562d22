import { slug, uniqueNames } from "../names.ts";

/**
 * Longest name of an object. Kubernetes takes 63 characters; what it derives from one (pods, the
 * label of a revision) needs up to 20 more.
 */
const MAX_NAME_LENGTH = 40;

/** Names that every namespace may have already. */
const TAKEN: readonly string[] = ["kubernetes"];

/**
 * For each text a DNS label that starts with a letter, another one for every text: small letters,
 * digits and "-", nothing else.
 */
export function dnsNames(texts: readonly string[]): ReadonlyMap<string, string> {
  const distinct = [...new Set(texts)];
  const names = uniqueNames(distinct.map(dnsLabel), TAKEN);
  return new Map(distinct.map((text, at) => [text, names[at] ?? ""]));
}

function dnsLabel(text: string): string {
  const safe = slug(text)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "");
  const named = /^[a-z]/.test(safe) ? safe : `model-${safe}`;
  return named.slice(0, MAX_NAME_LENGTH).replace(/-+$/, "");
}

/** What a node may be called, and what its label `kubernetes.io/hostname` may hold. */
const NODE_NAME = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The name that Kubernetes gives a host's node; undefined where it can have none of that name. */
export function nodeName(host: string): string | undefined {
  const name = host.toLowerCase();
  return NODE_NAME.test(name) ? name : undefined;
}
