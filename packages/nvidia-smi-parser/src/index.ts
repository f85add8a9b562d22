export type { NvidiaSmiErrorCode } from "./errors.ts";
export { NvidiaSmiParseError } from "./errors.ts";
export {
  MAX_DEPTH,
  MAX_LINE_CHARS,
  MAX_LINES,
  MAX_MATRIX_COLUMNS,
  MAX_TEXT_CHARS,
  MAX_XML_DOCUMENTS,
  MAX_XML_TAGS,
} from "./limits.ts";
export type { ParseOptions } from "./parse.ts";
export { parseNvidiaSmi, parseNvidiaSmiOutputs } from "./parse.ts";
export { present } from "./present.ts";
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
