import type { Printed } from "./printed.ts";
import type { PrintedUnit } from "./printed-values.ts";
import type { Gpu } from "./types.ts";

/** Fields of a card that hold a T. */
export type KeyOf<T> = {
  [K in keyof Gpu]-?: Printed<T> extends NonNullable<Gpu[K]>
    ? NonNullable<Gpu[K]> extends Printed<T>
      ? K
      : never
    : never;
}[keyof Gpu];

/** Where each format prints a field; of several places the first that is printed counts. */
export interface Places {
  /** Paths of tags under `<gpu>`. */
  readonly xml: readonly string[];
  /** Paths of keys under the card's line of -q, in lower case. */
  readonly query: readonly string[];
  /** Columns of --query-gpu. */
  readonly csv: readonly string[];
}

interface TextField extends Places {
  readonly field: KeyOf<string>;
}

interface NumberField extends Places {
  readonly field: KeyOf<number>;
  readonly unit: PrintedUnit;
}

export const TEXT_FIELDS: readonly TextField[] = [
  { field: "uuid", xml: ["uuid"], query: ["gpu uuid"], csv: ["uuid", "gpu_uuid"] },
  { field: "serial", xml: ["serial"], query: ["serial number"], csv: ["serial", "gpu_serial"] },
  { field: "name", xml: ["product_name"], query: ["product name"], csv: ["name", "gpu_name"] },
  { field: "brand", xml: ["product_brand"], query: ["product brand"], csv: [] },
  {
    field: "architecture",
    xml: ["product_architecture"],
    query: ["product architecture"],
    csv: [],
  },
  {
    field: "busId",
    xml: ["pci/pci_bus_id"],
    query: ["pci/bus id"],
    csv: ["pci.bus_id", "gpu_bus_id"],
  },
  {
    field: "computeCapability",
    xml: ["compute_cap"],
    query: ["compute capability"],
    csv: ["compute_cap"],
  },
  {
    field: "displayActive",
    xml: ["display_active"],
    query: ["display active"],
    csv: ["display_active"],
  },
  {
    field: "displayAttached",
    xml: ["display_attached"],
    query: ["display attached"],
    csv: ["display_attached"],
  },
  {
    field: "persistence",
    xml: ["persistence_mode"],
    query: ["persistence mode"],
    csv: ["persistence_mode"],
  },
  {
    field: "driverModel",
    xml: ["driver_model/current_dm"],
    query: ["driver model/current"],
    csv: ["driver_model.current"],
  },
  {
    field: "migMode",
    xml: ["mig_mode/current_mig"],
    query: ["mig mode/current"],
    csv: ["mig.mode.current"],
  },
  {
    field: "migModePending",
    xml: ["mig_mode/pending_mig"],
    query: ["mig mode/pending"],
    csv: ["mig.mode.pending"],
  },
  {
    field: "eccMode",
    xml: ["ecc_mode/current_ecc"],
    query: ["ecc mode/current"],
    csv: ["ecc.mode.current"],
  },
  { field: "computeMode", xml: ["compute_mode"], query: ["compute mode"], csv: ["compute_mode"] },
  {
    field: "performanceState",
    xml: ["performance_state"],
    query: ["performance state"],
    csv: ["pstate"],
  },
];

const XML_LINK = "pci/pci_gpu_link_info";
const QUERY_LINK = "pci/gpu link info";

export const NUMBER_FIELDS: readonly NumberField[] = [
  { field: "minorNumber", unit: "none", xml: ["minor_number"], query: ["minor number"], csv: [] },
  {
    field: "memoryTotalMiB",
    unit: "MiB",
    xml: ["fb_memory_usage/total"],
    query: ["fb memory usage/total"],
    csv: ["memory.total"],
  },
  {
    field: "memoryUsedMiB",
    unit: "MiB",
    xml: ["fb_memory_usage/used"],
    query: ["fb memory usage/used"],
    csv: ["memory.used"],
  },
  {
    field: "memoryFreeMiB",
    unit: "MiB",
    xml: ["fb_memory_usage/free"],
    query: ["fb memory usage/free"],
    csv: ["memory.free"],
  },
  {
    field: "memoryReservedMiB",
    unit: "MiB",
    xml: ["fb_memory_usage/reserved"],
    query: ["fb memory usage/reserved"],
    csv: ["memory.reserved"],
  },
  {
    field: "eccUncorrectedVolatile",
    unit: "none",
    xml: [],
    query: [],
    csv: ["ecc.errors.uncorrected.volatile.total"],
  },
  {
    field: "powerLimitW",
    unit: "W",
    xml: [
      "gpu_power_readings/current_power_limit",
      "gpu_power_readings/power_limit",
      "power_readings/power_limit",
    ],
    query: ["gpu power readings/current power limit", "power readings/power limit"],
    csv: ["power.limit"],
  },
  {
    field: "powerDrawW",
    unit: "W",
    xml: [
      "gpu_power_readings/average_power_draw",
      "gpu_power_readings/power_draw",
      "power_readings/power_draw",
    ],
    query: [
      "gpu power readings/average power draw",
      "gpu power readings/power draw",
      "power readings/power draw",
    ],
    csv: ["power.draw"],
  },
  {
    field: "pcieGenMax",
    unit: "none",
    xml: [`${XML_LINK}/pcie_gen/max_link_gen`],
    query: [`${QUERY_LINK}/pcie generation/max`],
    csv: ["pcie.link.gen.max"],
  },
  {
    field: "pcieGenCurrent",
    unit: "none",
    xml: [`${XML_LINK}/pcie_gen/current_link_gen`],
    query: [`${QUERY_LINK}/pcie generation/current`],
    csv: ["pcie.link.gen.current"],
  },
  {
    field: "pcieWidthMax",
    unit: "lanes",
    xml: [`${XML_LINK}/link_widths/max_link_width`],
    query: [`${QUERY_LINK}/link width/max`],
    csv: ["pcie.link.width.max"],
  },
  {
    field: "pcieWidthCurrent",
    unit: "lanes",
    xml: [`${XML_LINK}/link_widths/current_link_width`],
    query: [`${QUERY_LINK}/link width/current`],
    csv: ["pcie.link.width.current"],
  },
  {
    field: "temperatureC",
    unit: "C",
    xml: ["temperature/gpu_temp"],
    query: ["temperature/gpu current temp"],
    csv: ["temperature.gpu"],
  },
  {
    field: "fanPercent",
    unit: "percent",
    xml: ["fan_speed"],
    query: ["fan speed"],
    csv: ["fan.speed"],
  },
  {
    field: "utilizationPercent",
    unit: "percent",
    xml: ["utilization/gpu_util"],
    query: ["utilization/gpu"],
    csv: ["utilization.gpu"],
  },
  {
    field: "memoryUtilizationPercent",
    unit: "percent",
    xml: ["utilization/memory_util"],
    query: ["utilization/memory"],
    csv: ["utilization.memory"],
  },
];
