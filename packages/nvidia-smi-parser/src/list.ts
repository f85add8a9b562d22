import { NvidiaSmiParseError } from "./errors.ts";
import type { Line } from "./lines.ts";
import { lostCards, warningsIn } from "./notices.ts";
import { present } from "./present.ts";
import { printedText } from "./printed-values.ts";
import type { Gpu, GpuReport, MigDevice } from "./types.ts";

const GPU = /^GPU (\d{1,4}): (\S.{0,200}) \(UUID: ([^\s)]{1,100})\)/;
const MIG = /^MIG (\S{1,40})\s{1,20}Device\s{1,5}(\d{1,4}): \(UUID: ([^\s)]{1,200})\)/;

/** `MIG-GPU-<uuid>/<GPU instance>/<compute instance>`, as drivers before 470 printed. */
const OLD_MIG_UUID = /\/(\d{1,4})\/(\d{1,4})$/;

/** A card's line of -L: its number, name and UUID. */
interface ListedGpu {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
}

/** `GPU 0: NVIDIA H200 (UUID: GPU-…)`, or undefined for another line. */
export function listedGpu(text: string): ListedGpu | undefined {
  const match = GPU.exec(text.trim());
  return match === null
    ? undefined
    : { index: Number(match[1]), name: match[2] ?? "", uuid: match[3] ?? "" };
}

/** -L, with MIG devices under their cards. Throws NvidiaSmiParseError where no card is listed. */
export function parseList(lines: readonly Line[]): GpuReport {
  const cards: { listed: ListedGpu; migDevices: MigDevice[] }[] = [];
  for (const { text } of lines) {
    const listed = listedGpu(text);
    const device = listed === undefined ? listedMigDevice(text) : undefined;
    if (listed !== undefined) {
      cards.push({ listed, migDevices: [] });
    } else if (device !== undefined) {
      cards.at(-1)?.migDevices.push(device);
    }
  }
  if (cards.length === 0) {
    throw new NvidiaSmiParseError("not-nvidia-smi", "expected lines `GPU 0: name (UUID: …)`");
  }
  const gpus: readonly Gpu[] = cards.map(({ listed, migDevices }) => ({
    index: listed.index,
    name: printedText(listed.name),
    uuid: printedText(listed.uuid),
    ...(migDevices.length === 0 ? {} : { migDevices }),
  }));
  return { kind: "list", host: {}, gpus, warnings: [...warningsIn(lines), ...lostCards(gpus)] };
}

function listedMigDevice(text: string): MigDevice | undefined {
  const match = MIG.exec(text.trim());
  if (match === null) {
    return undefined;
  }
  const [, profile = "", index, uuid = ""] = match;
  const [, gpuInstance, computeInstance] = OLD_MIG_UUID.exec(uuid) ?? [];
  return {
    index: Number(index),
    profile,
    uuid,
    ...present({
      gpuInstanceId: gpuInstance === undefined ? undefined : Number(gpuInstance),
      computeInstanceId: computeInstance === undefined ? undefined : Number(computeInstance),
    }),
  };
}
