import { isIP } from "node:net";
import { shown } from "@berth/core";
import { UsageError } from "../usage-error.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const MOST_PORT = 65_535;

/**
 * "127.0.0.1:9410", "[::1]:9410" or "localhost:9410". Throws a UsageError for anything else, and for an address that
 * other machines reach unless the user says under which names they may ask.
 */
export function listenAddress(text: string, allowedHosts: readonly string[]): ListenAddress {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = Number(digits);
  if (host === "" || port < 1 || port > MOST_PORT || (isIP(host) === 0 && host !== "localhost")) {
    throw new UsageError(
      `--listen: expected an address such as 127.0.0.1:9410, got ${shown(text)}`,
    );
  }
  if (!isLoopback(host) && allowedHosts.length === 0) {
    throw new UsageError(
      `--listen: ${host} is reached from other machines; say with --allow-host NAME under which name they may ask, or listen on 127.0.0.1`,
    );
  }
  return { host, port };
}

/** Whether only this machine reaches an address, or knows a name as itself. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The name in a Host header, without its port: a page of another site that reaches us by its own name is told apart by it. */
export function hostNameOf(header: string | undefined): string {
  const [, bracketed, plain] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:\s]+))(?::\d{1,5})?$/.exec(header ?? "") ?? [];
  return (bracketed ?? plain ?? "").toLowerCase();
}
