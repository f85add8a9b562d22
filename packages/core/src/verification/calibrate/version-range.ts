/** Builds of llama.cpp that are taken as alike. */
const BUILDS = 1000;

/**
 * The versions that share a correction: a minor series with its candidates (1.2.1: from 1.2.0rc0 to before 1.3.0rc0),
 * a thousand builds of llama.cpp.
 */
export function versionRange(version: string): { readonly from: string; readonly before: string } {
  const build = /^b(\d{1,9})/.exec(version)?.[1];
  if (build !== undefined) {
    const first = Math.floor(Number(build) / BUILDS) * BUILDS;
    return { from: `b${first}`, before: `b${first + BUILDS}` };
  }
  const [, major = "0", minor = "0"] = /^(\d{1,9})(?:\.(\d{1,9}))?/.exec(version) ?? [];
  return { from: `${major}.${minor}.0rc0`, before: `${major}.${Number(minor) + 1}.0rc0` };
}
