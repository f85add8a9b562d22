// Prints the ledger as nvidia-smi does.
import { freeMiB, holders, readBox, usedMiB } from "./ledger.mjs";

const args = process.argv.slice(2).join(" ");
const { cards, driverVersion = "580.95.05", cudaVersion = "13.0", faults = {} } = readBox();
if (faults["nvidia-smi"] !== undefined) {
  process.stdout.write("Failed to initialize NVML: Driver/library version mismatch\n");
  process.exit(18);
} else if (args === "-q -x") {
  process.stdout.write(report());
} else if (args === "topo -m") {
  process.stdout.write(matrix());
} else {
  process.stderr.write(`nvidia-smi: the stand-in does not know ${args}\n`);
  process.exit(1);
}

function report() {
  return `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
\t<timestamp>Sun Nov 22 12:00:00 2026</timestamp>
\t<driver_version>${driverVersion}</driver_version>
\t<cuda_version>${cudaVersion}</cuda_version>
\t<attached_gpus>${cards.length}</attached_gpus>
${cards.map(gpu).join("")}</nvidia_smi_log>
`;
}

function gpu(card, index) {
  const processes = holders()
    .filter(({ heldMiB }) => heldMiB[card.uuid] > 0)
    .map(
      ({ pid, name, heldMiB }) => `\t\t\t<process_info>
\t\t\t\t<pid>${pid}</pid>
\t\t\t\t<type>C</type>
\t\t\t\t<process_name>${name}</process_name>
\t\t\t\t<used_memory>${heldMiB[card.uuid]} MiB</used_memory>
\t\t\t</process_info>
`,
    );
  return `\t<gpu id="${card.busId}">
\t\t<product_name>${card.name}</product_name>
\t\t<uuid>${card.uuid}</uuid>
\t\t<minor_number>${index}</minor_number>
\t\t<fb_memory_usage>
\t\t\t<total>${card.totalMiB} MiB</total>
\t\t\t<reserved>${card.reservedMiB} MiB</reserved>
\t\t\t<used>${usedMiB(card.uuid)} MiB</used>
\t\t\t<free>${freeMiB(card)} MiB</free>
\t\t</fb_memory_usage>
\t\t<processes>
${processes.join("")}\t\t</processes>
\t</gpu>
`;
}

function matrix() {
  const names = cards.map((_, index) => `GPU${index}`);
  const rows = names.map((name, a) => [name, ...names.map((_, b) => (a === b ? " X " : "PHB"))]);
  return `${[["", ...names], ...rows].map((row) => row.join("\t")).join("\n")}\n`;
}
