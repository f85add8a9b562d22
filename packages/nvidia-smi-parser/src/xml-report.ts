import { NvidiaSmiParseError } from "./errors.ts";
import { lostCards } from "./notices.ts";
import { mapText, present } from "./present.ts";
import type { Printed } from "./printed.ts";
import {
  isUnavailable,
  printedNumber,
  printedText,
  printedVersion,
  wholeNumber,
} from "./printed-values.ts";
import { readGpuFields } from "./read-gpu-fields.ts";
import type { Gpu, GpuProcess, GpuReport, Host, MigDevice, Warning } from "./types.ts";
import { attributeOf, childAt, listAt, textAt, type XmlNode } from "./xml-tree.ts";

/** The cards of the root of a `<nvidia_smi_log>` document that begins at `line`. Throws where the root is another. */
export function xmlReport(log: XmlNode | undefined, line: number): GpuReport {
  if (log?.name !== "nvidia_smi_log") {
    throw new NvidiaSmiParseError("malformed", "expected <nvidia_smi_log> as the root", { line });
  }
  const host = xmlHost(log);
  const gpus = listAt(log, "gpu").map(xmlGpu);
  if (gpus.length === 0 && host.driverVersion === undefined) {
    throw new NvidiaSmiParseError("malformed", "expected <gpu> or <driver_version> in the XML", {
      line,
    });
  }
  return { kind: "xml", host, gpus, warnings: [...lostCards(gpus), ...missingCards(host, gpus)] };
}

function xmlHost(log: XmlNode): Host {
  const driver = textAt(log, "kmd_version") ?? textAt(log, "driver_version");
  const cuda = textAt(log, "cuda_umd_version") ?? textAt(log, "cuda_version");
  return present({
    timestamp: textAt(log, "timestamp"),
    driverVersion: mapText(driver, printedVersion),
    cudaVersion: mapText(cuda, printedVersion),
    attachedGpus: wholeNumber(textAt(log, "attached_gpus")),
  });
}

/** A whole document that lists fewer cards than are attached: nvidia-smi could not read the others. */
function missingCards({ attachedGpus = 0 }: Host, gpus: readonly Gpu[]): readonly Warning[] {
  const text = `${attachedGpus} cards attached, ${gpus.length} listed`;
  return attachedGpus > gpus.length ? [{ code: "gpu-lost", text }] : [];
}

function xmlGpu(node: XmlNode, index: number): Gpu {
  return {
    index,
    ...present({ busId: mapText(attributeOf(node, "id"), printedText) }),
    ...readGpuFields("xml", (path) => textAt(node, path)),
    ...present({ migDevices: xmlMigDevices(node), processes: xmlProcesses(node) }),
  };
}

function xmlMigDevices(gpu: XmlNode): readonly MigDevice[] | undefined {
  return childAt(gpu, "mig_devices") === undefined
    ? undefined
    : listAt(gpu, "mig_devices/mig_device").map(xmlMigDevice);
}

function xmlMigDevice(node: XmlNode, position: number): MigDevice {
  const number = (path: string) => wholeNumber(textAt(node, path));
  const mib = (key: string) =>
    mapText(textAt(node, `fb_memory_usage/${key}`), (text) => printedNumber(text, "MiB"));
  return present({
    index: number("index") ?? position,
    gpuInstanceId: number("gpu_instance_id"),
    computeInstanceId: number("compute_instance_id"),
    uuid: textAt(node, "uuid"),
    memoryTotalMiB: mib("total"),
    memoryUsedMiB: mib("used"),
    memoryFreeMiB: mib("free"),
    memoryReservedMiB: mib("reserved"),
    multiprocessors: mapText(
      textAt(node, "device_attributes/shared/multiprocessor_count"),
      (text) => printedNumber(text),
    ),
  });
}

function xmlProcesses(gpu: XmlNode): Printed<readonly GpuProcess[]> | undefined {
  if (childAt(gpu, "processes") === undefined) {
    return undefined;
  }
  const words = textAt(gpu, "processes") ?? "";
  return words !== "" && isUnavailable(words)
    ? { unavailable: words }
    : { value: listAt(gpu, "processes/process_info").flatMap(xmlProcess) };
}

function xmlProcess(node: XmlNode): readonly GpuProcess[] {
  const pid = wholeNumber(textAt(node, "pid"));
  if (pid === undefined) {
    return [];
  }
  const text = (path: string) => mapText(textAt(node, path), printedText);
  const number = (path: string) => mapText(textAt(node, path), (digits) => printedNumber(digits));
  return [
    present({
      pid,
      type: text("type"),
      name: text("process_name"),
      usedMiB: mapText(textAt(node, "used_memory"), (used) => printedNumber(used, "MiB")),
      gpuInstanceId: number("gpu_instance_id"),
      computeInstanceId: number("compute_instance_id"),
    }),
  ];
}
