import { hostname, networkInterfaces } from "node:os";

/**
 * The names that a request's Host header may have when `host` is listened on, and those that the user allows. A page of
 * another site whose name was made to lead here (DNS rebinding) asks under that site's name, and so is refused.
 */
export function allowedHosts(host: string, allowed: readonly string[]): ReadonlySet<string> {
  const own = isEvery(host) ? [hostname(), ...ownAddresses()] : [host];
  const names = ["localhost", "127.0.0.1", "::1", ...own, ...allowed];
  return new Set(names.map((name) => name.toLowerCase()));
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address),
  );
}

/** 0.0.0.0 and :: listen on every address of the machine. */
export function isEvery(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]+$/.test(host);
}

/** As it stands in a URL: an IPv6 address in brackets. */
export function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
