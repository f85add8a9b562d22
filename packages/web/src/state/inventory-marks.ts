/** What every form of nvidia-smi's output has somewhere. */
const INVENTORY_MARKS = [
  /<nvidia_smi_log>/,
  /NVIDIA-SMI \d/,
  /NVSMI LOG/,
  /^GPU \d+: /m,
  /\b(memory\.total|uuid|gpu_name|pci\.bus_id)\b/,
  /^\s*GPU0\s/m,
  /(GeForce|NVIDIA|Tesla|Quadro)/,
];

/** Whether nvidia-smi printed this, by what is in it. */
export function isPrinted(text: string): boolean {
  return INVENTORY_MARKS.some((mark) => mark.test(text));
}
