// pnpm packs a manifest's dependencies in the order in which it came to know their versions, which changes from run to run. Sorted,
// the same files pack to the same bytes.
const FIELDS = ["dependencies", "devDependencies"];

function beforePacking(manifest) {
  const given = FIELDS.filter((field) => manifest[field] !== undefined);
  const sorted = given.map((field) => [field, byName(manifest[field])]);
  return { ...manifest, ...Object.fromEntries(sorted) };
}

function byName(dependencies) {
  return Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
}

module.exports = { hooks: { beforePacking } };
