/** Oldest Node that all our tools run on; `engines` in package.json says the same. */
const OLDEST = [20, 19];

/** A sentence when this version of Node is too old, else undefined. */
export function nodeVersionProblem(version) {
  const [major, minor] = version.split(".").map(Number);
  const isEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isEnough
    ? undefined
    : `expected Node.js ${OLDEST.join(".")} or newer, got ${version}; install a newer one and run this again`;
}
