export type { NvidiaSmiErrorCode } from "./errors.ts";
export { NvidiaSmiParseError } from "./errors.ts";
export type { Printed } from "./printed.ts";
export { printedValue, unavailableReason } from "./printed.ts";
export type {
  AppProcess,
  AppsReport,
  Gpu,
  GpuLink,
  GpuProcess,
  GpuReport,
  Host,
  MatrixGpu,
  MigDevice,
  MigProfile,
  MigProfilesReport,
  NicLinks,
  NvidiaSmiOutput,
  NvlinkGpu,
  NvlinkReport,
  P2pReport,
  TopologyReport,
  Warning,
} from "./types.ts";
