const MIB = 1024 ** 2;

/** Bytes as a quantity of Kubernetes in whole MiB, rounded up. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / MIB)}Mi`;
}
