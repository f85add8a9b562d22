import { overridable, shellQuote } from "../text/shell.ts";
import { type EngineServer, isFollower, type ServerHost } from "./engine-server.ts";
import { startAll, startLine } from "./start-all.ts";

/**
 * Starts the servers of one of several hosts strictly one after the other. What another host must have
 * ready first is waited for, so that the order is the plan's on every card.
 */
export function startAllOnHost(host: ServerHost, hosts: readonly ServerHost[]): string {
  const spans = host.servers.some(({ nodes }) => nodes.length > 1);
  const lines = host.servers.flatMap((server) => steps(server, host, hosts));
  return startAll(host.name, [...(spans ? [OVER_HOSTS] : []), ...lines]);
}

/** One server's lines: what other hosts must have ready, and its own start. */
function steps(
  server: EngineServer,
  host: ServerHost,
  hosts: readonly ServerHost[],
): readonly string[] {
  const name = shellQuote(server.file);
  if (isFollower(server, host.name)) {
    return [...(server.spread.kind === "each-host" ? [`follow ${name}`] : []), ...waitFor(server)];
  }
  const earlier = hosts.flatMap(({ servers }) =>
    servers.filter(
      (other) => server.startsAfter.includes(other.file) && isFollower(other, host.name),
    ),
  );
  return [
    ...[...new Set(earlier)].filter((other) => !host.servers.includes(other)).flatMap(waitFor),
    startLine(server),
  ];
}

function waitFor({ file, port, readyPath, nodes: [first] }: EngineServer): readonly string[] {
  return [
    ...overridable("where", first.addressVariable, first.host),
    `wait_for ${shellQuote(file)} "$where" ${shellQuote(String(port))} ${shellQuote(readyPath)}`,
  ];
}

/** Only where a model lies on several hosts. */
const OVER_HOSTS = `if [ "$address" = 127.0.0.1 ] && [ "\${BERTH_HOST:-}" != 0.0.0.0 ]; then
  fail 'models lie on several hosts: set BERTH_HOST to an address that the other hosts reach, or to 0.0.0.0'
fi

# wait_for NAME ADDRESS PORT PATH: returns when a server that listens on another host answers.
wait_for() {
  say "waiting for $1 on $2"
  began=$(date +%s)
  until curl -fsS -o /dev/null --max-time 5 "http://$2:$3$4" 2>/dev/null; do
    need_all " while $1 was awaited"
    if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then
      fail "$1 on $2 was not ready after $timeout_s s"
    fi
    sleep 1
  done
}

# follow NAME: starts this host's part of a server that listens on another one.
follow() {
  say "starting this host's part of $1; its output goes to $logs/$1.log"
  "$here/start/$1.sh" >"$logs/$1.log" 2>&1 &
  started="$!=$1 $started"
}
`;
