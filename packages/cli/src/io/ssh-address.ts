import { InputError } from "@berth/core";

/** A host to reach with the ssh client. */
export interface SshAddress {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const ADDRESS =
  /^ssh:\/\/(?:(?<user>[^@:/\s]+)@)?(?<host>\[[0-9A-Fa-f:.%\w]+\]|[^@:/?#[\]\s]+)(?::(?<port>\d{1,5}))?\/?$/;

/**
 * "ssh://user@host:22", of which only the host is needed; it may be an alias of the user's ssh
 * configuration. Throws an InputError for anything else: no part may begin with a dash, which ssh
 * would take for an option.
 */
export function parseSshAddress(text: string): SshAddress {
  const { user, host, port } = ADDRESS.exec(text)?.groups ?? {};
  const number = port === undefined ? undefined : Number(port);
  const isSafe = [user, host].every((part) => part === undefined || !part.startsWith("-"));
  if (host === undefined || !isSafe || number === 0 || (number ?? 1) > 65_535) {
    throw new InputError({ file: text }, "expected ssh://host, ssh://user@host or ssh://host:port");
  }
  return {
    host: host.replace(/^\[|\]$/g, ""),
    ...(user === undefined ? {} : { user }),
    ...(number === undefined ? {} : { port: number }),
  };
}

/** Arguments of the ssh client that run one command there: no password prompt, no terminal. */
export function sshArgs({ host, user, port }: SshAddress, command: string): readonly string[] {
  return [
    ...["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"],
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...["--", user === undefined ? host : `${user}@${host}`, command],
  ];
}
