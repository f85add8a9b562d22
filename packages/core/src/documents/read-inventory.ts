import { parseJson } from "../importers/parse-json.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import { checkInventory } from "../inventory/inventory-schema.ts";
import { InputError } from "../report/errors.ts";
import { schemaProblem } from "./schema-problem.ts";

/** What `berth inventory --json` printed, checked for its shape. Throws an InputError that says what is wrong. */
export function readInventoryDocument(file: string, json: string): InventoryDocument {
  const value = parseJson(file, json);
  const result = checkInventory(value);
  if (result.success) {
    return value as InventoryDocument;
  }
  const [issue] = result.error.issues;
  throw issue === undefined
    ? new InputError({ file }, "expected a berth/inventory@1 document")
    : schemaProblem(file, value, issue);
}
