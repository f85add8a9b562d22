import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { kubeText } from "../../kube/text.ts";
import { checkLines } from "../../servers/check-lines.ts";
import type { EngineServer } from "../../servers/engine-server.ts";
import type { ModelStorage } from "./model-storage.ts";
import type { Workload } from "./workloads.ts";

/** Why a pod waits; stands beside the container that does. */
export const WHY_WAIT: string = [
  "The engines before this one take their memory first: a share of free memory is of what is free",
  "when the engine starts, so two that start together would both count on the same bytes.",
].join("\n");

/** Whose files are looked at, in the engine's own image or another that is on the node. */
interface Checked {
  readonly server: EngineServer;
  readonly storage: ModelStorage;
  readonly image?: string;
}

/** What must be done before the engine starts, in this order. */
export function initContainers(
  { after }: Workload,
  { server, storage, image = imageOf(server) }: Checked,
): readonly object[] {
  return [
    ...(after.length === 0 ? [] : [waitContainer(after)]),
    ...(isLookedAt(server) ? [checkContainer(server, { storage, image })] : []),
  ];
}

function waitContainer(after: readonly Workload[]): object {
  return {
    name: "wait-for-engines",
    image: launcherFact("kubernetes", "waitImage"),
    command: ["sh", "-c", kubeText(WAIT), "wait-for-engines"],
    args: after.map(
      ({ name, servers: [{ port, readyPath }] }) => `http://${name}:${port}${readyPath}`,
    ),
  };
}

const WAIT = `for url in "$@"; do
  until wget -q -T 5 -O /dev/null "$url"; do
    echo "waiting for $url"
    sleep 5
  done
done
`;

/** In a Hub id there is nothing to look at. */
function isLookedAt({ model, checks }: EngineServer): boolean {
  return model.need !== undefined || (model.isPath && checks.length > 0);
}

function checkContainer(
  server: EngineServer,
  { storage: { model, mounts }, image }: { readonly storage: ModelStorage; readonly image: string },
): object {
  const script = [
    "set -eu",
    "model=$1",
    `if [ ! -e "$model" ]; then`,
    `  printf 'start: %s is not there: make it first, README.md says how\\n' "$model" >&2`,
    "  exit 2",
    "fi",
    ...server.checks.flatMap(checkLines),
    "",
  ].join("\n");
  return {
    name: "check-model",
    image,
    command: ["sh", "-c", kubeText(script), "check-model"],
    args: [kubeText(model)],
    volumeMounts: mounts,
  };
}

export function imageOf({ image: { name, tag } }: EngineServer): string {
  return `${name}:${tag}`;
}
