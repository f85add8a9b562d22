/** How a plan file of any version names its schema. */
const PLAN_SCHEMA = "berth/plan@";

/** Whether a text is a plan file, of this version or another. */
export function isPlan(text: string): boolean {
  if (!text.includes(PLAN_SCHEMA)) {
    return false;
  }
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === "object" &&
      value !== null &&
      "schema" in value &&
      String(value.schema).startsWith(PLAN_SCHEMA)
    );
  } catch {
    return false;
  }
}
