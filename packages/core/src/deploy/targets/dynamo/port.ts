import { launcherFact } from "../../../catalog/launcher-catalog.ts";

/** Where the frontend listens. */
export const DYNAMO_PORT: number = launcherFact("dynamo", "frontendPort");
