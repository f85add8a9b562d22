/** Whether two printed PCI bus ids are one place: "00000000:1A:00.0" and "0000:1a:00.0" are. */
export function isSameBusId(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

function normal(busId: string): string {
  return busId.toLowerCase().replace(/^0+(?=[0-9a-f]{4}:)/, "");
}
