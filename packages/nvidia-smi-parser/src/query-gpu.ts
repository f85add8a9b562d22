import { mapText, present } from "./present.ts";
import type { Printed } from "./printed.ts";
import { isUnavailable, printedNumber, printedText, wholeNumber } from "./printed-values.ts";
import type { Entry } from "./query-entries.ts";
import { readGpuFields } from "./read-gpu-fields.ts";
import type { Gpu, GpuProcess, MigDevice } from "./types.ts";

/** One card from the entries under its heading; paths begin at the card. */
export function queryGpu(index: number, busId: string, entries: readonly Entry[]): Gpu {
  const values = firstValues(entries);
  return {
    index,
    busId: printedText(busId),
    ...readGpuFields("query", (path) => values.get(path)),
    ...present({
      migDevices: queryMigDevices(entries),
      processes: queryProcesses(entries),
    }),
  };
}

function firstValues(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { path, value } of entries) {
    if (value !== undefined && !values.has(path)) {
      values.set(path, value);
    }
  }
  return values;
}

/** Entries cut before each one whose path is `path`; entries of other paths are left out. */
function groupsAt(entries: readonly Entry[], path: string): readonly (readonly Entry[])[] {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    if (entry.path === path) {
      groups.push([]);
    } else if (entry.path.startsWith(`${path}/`)) {
      groups.at(-1)?.push({ ...entry, path: entry.path.slice(path.length + 1) });
    }
  }
  return groups;
}

function queryMigDevices(entries: readonly Entry[]): readonly MigDevice[] | undefined {
  const groups = groupsAt(entries, "mig device");
  const hasMigMode = entries.some((entry) => entry.path === "mig mode");
  if (groups.length === 0) {
    return hasMigMode ? [] : undefined;
  }
  return groups.filter((group) => group.length > 0).map(queryMigDevice);
}

function queryMigDevice(entries: readonly Entry[], position: number): MigDevice {
  const values = firstValues(entries);
  const mib = (key: string) =>
    mapText(
      values.get(`shared fb memory usage/${key}`) ?? values.get(`fb memory usage/${key}`),
      (text) => printedNumber(text, "MiB"),
    );
  return present({
    index: wholeNumber(values.get("index")) ?? position,
    gpuInstanceId: wholeNumber(values.get("gpu instance id")),
    computeInstanceId: wholeNumber(values.get("compute instance id")),
    uuid: values.get("mig device uuid") ?? values.get("uuid"),
    memoryTotalMiB: mib("total"),
    memoryUsedMiB: mib("used"),
    memoryFreeMiB: mib("free"),
    memoryReservedMiB: mib("reserved"),
    multiprocessors: mapText(values.get("device attributes/shared/multiprocessor count"), (text) =>
      printedNumber(text),
    ),
  });
}

/** The list under "Processes"; the two instance ids stand before each "Process ID", the rest below it. */
function queryProcesses(entries: readonly Entry[]): Printed<readonly GpuProcess[]> | undefined {
  const heading = entries.find((entry) => entry.path === "processes");
  if (heading === undefined) {
    return undefined;
  }
  const words = heading.value;
  if (words !== undefined && isUnavailable(words)) {
    return { unavailable: words };
  }
  const below = entries.filter((entry) => entry.path.startsWith("processes/"));
  const starts = below.flatMap((entry, at) => (entry.path === "processes/process id" ? [at] : []));
  return { value: starts.flatMap((start) => queryProcess(below, start)) };
}

function queryProcess(entries: readonly Entry[], start: number): readonly GpuProcess[] {
  const pid = wholeNumber(entries[start]?.value);
  if (pid === undefined) {
    return [];
  }
  const prefix = "processes/process id/";
  const own = new Map<string, string>();
  for (let at = start + 1; entries[at]?.path.startsWith(prefix); at += 1) {
    own.set(entries[at]?.path.slice(prefix.length) ?? "", entries[at]?.value ?? "");
  }
  const before = firstValues(entries.slice(Math.max(0, start - 2), start));
  const id = (path: string) => mapText(before.get(path), (text) => printedNumber(text));
  const process = present({
    pid,
    type: mapText(own.get("type"), printedText),
    name: mapText(own.get("name"), printedText),
    usedMiB: mapText(own.get("used gpu memory"), (text) => printedNumber(text, "MiB")),
    gpuInstanceId: id("processes/gpu instance id"),
    computeInstanceId: id("processes/compute instance id"),
  });
  return [process];
}
