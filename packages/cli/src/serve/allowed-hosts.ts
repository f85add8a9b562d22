import { hostname, networkInterfaces } from "node:os";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * The names that a request's Host header may have when `host` is listened on. A page of another site whose name was
 * made to lead here (DNS rebinding) asks under that site's name, and so is refused.
 */
export function allowedHosts(host: string): ReadonlySet<string> {
  const own = isEvery(host)
    ? [
        hostname(),
        ...Object.values(networkInterfaces()).flatMap((all) =>
          (all ?? []).map(({ address }) => address),
        ),
      ]
    : [host];
  return new Set([...LOOPBACK, ...own.map((name) => inUrl(name).toLowerCase())]);
}

/** 0.0.0.0 and :: listen on every address of the machine. */
export function isEvery(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]+$/.test(host);
}

/** As it stands in a URL: an IPv6 address in brackets. */
export function inUrl(host: string): string {
  return host.includes(":") ? `[${host.replace(/%.*$/, "")}]` : host;
}
