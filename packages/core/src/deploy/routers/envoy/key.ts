import { configYaml } from "../../text/config-yaml.ts";
import { ENVOY_API, GATEWAY, resource } from "./manifests.ts";

/** The Secret that the user makes: each of its values is a key of a client. */
export const KEY_SECRET = "berth-router-keys";

/** The policy that asks every client of the gateway for a key; Envoy leaves a "Bearer " before it out. */
export function keyManifest(): string {
  const policy = resource(`${ENVOY_API}/v1alpha1`, "SecurityPolicy", "berth", {
    targetRefs: [GATEWAY],
    apiKeyAuth: {
      credentialRefs: [{ group: "", kind: "Secret", name: KEY_SECRET }],
      extractFrom: [{ headers: ["Authorization"] }],
      sanitize: true,
    },
  });
  return `# Asks clients for a key of the Secret ${KEY_SECRET}, which is no part of this bundle.\n${configYaml(policy)}`;
}
