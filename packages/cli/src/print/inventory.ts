import { formatCount, type InventoryDocument } from "@berth/core";
import { type Look, paint } from "./look.ts";
import { printTable } from "./table.ts";

type Host = InventoryDocument["hosts"][number];

/** The cards of each host as a table, and what the reader should know. */
export function printInventory({ hosts, warnings }: InventoryDocument, look: Look): string {
  const remarks = warnings.map((warning) => `${paint(look, "yellow", "warning")}: ${warning}\n`);
  return [...hosts.map((host) => printHost(host, look)), remarks.join("")]
    .filter((part) => part !== "")
    .join("\n");
}

function printHost(host: Host, look: Look): string {
  const versions = [
    host.driverVersion === undefined ? [] : [`driver ${host.driverVersion}`],
    host.cudaVersion === undefined ? [] : [`CUDA ${host.cudaVersion}`],
  ].flat();
  const title = [paint(look, "bold", host.name), ...versions].join(", ");
  const right = { align: "right" } as const;
  const table = printTable(
    [
      { title: "card" },
      { title: "name" },
      { title: "catalogue" },
      { title: "MiB total", ...right },
      { title: "used", ...right },
      { title: "processes", ...right },
    ],
    host.gpus.map((gpu) => [
      `${host.name}:${gpu.index}`,
      gpu.name ?? "-",
      gpu.catalogId ?? "unknown",
      mib(gpu.memoryTotalMiB),
      mib(gpu.memoryUsedMiB),
      gpu.processes === undefined ? "-" : String(gpu.processes.length),
    ]),
    look,
  );
  return `${title}\n${table}${migDevices(host)}${links(host)}`;
}

/** "MIG on box1:0: 3g.40gb, 2g.20gb", or their MiB where no profile was printed. */
function migDevices({ name, gpus }: Host): string {
  return gpus
    .flatMap(({ index, migDevices: devices = [] }) =>
      devices.length === 0
        ? []
        : [
            `  MIG on ${name}:${index}: ${devices
              .map(({ profile, memoryTotalMiB }) => profile ?? `${mib(memoryTotalMiB)} MiB`)
              .join(", ")}\n`,
          ],
    )
    .join("");
}

/** "-" for what was not printed. */
function mib(value: number | undefined): string {
  return value === undefined ? "-" : formatCount(value);
}

/** Links by kind: "NV4 (peer to peer): 0-1, 2-3". */
function links({ links: all }: Host): string {
  const groups = new Map<string, string[]>();
  for (const { a, b, kind, peerToPeer } of all) {
    const name = `${kind} (${peerToPeer ? "peer to peer" : "through the host"})`;
    groups.set(name, [...(groups.get(name) ?? []), `${a}-${b}`]);
  }
  return [...groups].map(([name, pairs]) => `  ${name}: ${pairs.join(", ")}\n`).join("");
}
