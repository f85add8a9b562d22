/** Name and string of each `parameters` block of a config.pbtxt. */
export function parametersOf(config) {
  const blocks = config.matchAll(
    /parameters \{\s*key: "([^"]*)"\s*value \{\s*string_value: "([^"]*)"/g,
  );
  return Object.fromEntries([...blocks].map(([, key, value]) => [key, value]));
}
