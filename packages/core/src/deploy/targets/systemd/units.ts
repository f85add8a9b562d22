import type { EngineServer, ServerHost } from "../../servers/engine-server.ts";
import { visible } from "../../text/visible.ts";

/** Where install.sh puts the bundle, and the file with what only this host knows. */
export const FOLDER = "/opt/berth";
export const ENVIRONMENT_FILE = "/etc/berth/berth.env";
export const ROUTER_ENVIRONMENT_FILE = "/etc/berth/router.env";

/** No server's: theirs begin with "berth-". */
export const ROUTER_UNIT = "berth_router.service";

/** Longest wait for one server; loading hundreds of gigabytes from a slow disk takes most of it. */
const START_SECONDS = 1800;
const STOP_SECONDS = 60;

/** The file of a server is a slug: letters, digits, ".", "_" and "-". */
export function unitName(file: string): string {
  return `berth-${file}.service`;
}

/**
 * The service of one server. It counts as started once its server answers, so that a unit after it
 * finds free what the plan says.
 */
export function serviceUnit(server: EngineServer): string {
  const { deployment, file, port, readyPath, startsAfter } = server;
  const earlier = startsAfter.map(unitName);
  return unit({
    Unit: [
      `Description=${specifierFree(visible(deployment.model))}, replica ${deployment.replica}`,
      `After=${["network-online.target", ...earlier].join(" ")}`,
      "Wants=network-online.target",
      ...(earlier.length === 0
        ? []
        : [
            "# On the same cards, and earlier: what this one takes depends on what they left.",
            `Requires=${earlier.join(" ")}`,
          ]),
      "PartOf=berth.target",
    ],
    Service: [
      "Type=exec",
      `EnvironmentFile=-${ENVIRONMENT_FILE}`,
      `ExecStart=/bin/sh ${FOLDER}/start/${file}.sh`,
      `ExecStartPost=/bin/sh ${FOLDER}/wait-ready.sh ${port} ${readyPath}`,
      `TimeoutStartSec=${START_SECONDS}`,
      `TimeoutStopSec=${STOP_SECONDS}`,
      "Restart=on-failure",
      "RestartSec=10",
      "# TERM goes to the server, which stops its ranks; what is left of them is killed.",
      "KillMode=mixed",
      "LimitMEMLOCK=infinity",
      "LimitSTACK=67108864",
    ],
    Install: ["WantedBy=berth.target"],
  });
}

/** All servers of a host as one. */
export function targetUnit({ name, servers }: ServerHost, hasRouter = false): string {
  return unit({
    Unit: [
      `Description=Every server of ${specifierFree(visible(name))}`,
      `Wants=${[...servers.map(({ file }) => unitName(file)), ...(hasRouter ? [ROUTER_UNIT] : [])].join(" ")}`,
    ],
    Install: ["WantedBy=multi-user.target"],
  });
}

export function unit(sections: Readonly<Record<string, readonly string[]>>): string {
  const parts = Object.entries(sections).map(([name, lines]) => [`[${name}]`, ...lines].join("\n"));
  return `${parts.join("\n\n")}\n`;
}

/** A percent sign would begin a specifier. The text is visible already: one line, no control characters. */
function specifierFree(text: string): string {
  return text.replaceAll("%", "%%");
}
