/**
 * Orders release names: "0.17" < "1.2.0rc2" < "1.2.0" < "1.2.1", and "b3000" < "b8986". Negative when `a` is older.
 * What can't be read as numbers counts as 0.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < left.length; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** Major, minor, patch, release candidate; a final release stands after all its candidates. */
function parts(version: string): readonly number[] {
  const match = /^b?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.?rc(\d+))?/.exec(version);
  const [, major, minor, patch, candidate] = match ?? [];
  return [
    Number(major ?? 0),
    Number(minor ?? 0),
    Number(patch ?? 0),
    candidate === undefined ? Number.MAX_SAFE_INTEGER : Number(candidate),
  ];
}
