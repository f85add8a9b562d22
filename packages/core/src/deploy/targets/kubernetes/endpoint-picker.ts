import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { KubeObject } from "../../kube/object.ts";

export function pickerName(pool: string): string {
  return `${pool}-epp`;
}

/** What a gateway asks for one of a pool's pods, with the rights that it needs. */
export function endpointPicker(pool: string): readonly KubeObject[] {
  const name = pickerName(pool);
  const labels = {
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": "endpoint-picker",
  };
  const metadata = { name, labels: { ...labels, "app.kubernetes.io/managed-by": "berth" } };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: RBAC, kind: "Role", metadata, rules: RULES },
    {
      apiVersion: RBAC,
      kind: "RoleBinding",
      metadata,
      subjects: [{ kind: "ServiceAccount", name }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: pod(pool) },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        selector: labels,
        ports: [{ name: "grpc", port: PORT, targetPort: "grpc", appProtocol: "http2" }],
      },
    },
  ];
}

const RBAC = "rbac.authorization.k8s.io/v1";
const PORT = launcherFact("kubernetes", "endpointPickerPort");

const RULES = [
  {
    apiGroups: ["inference.networking.k8s.io"],
    resources: ["inferencepools"],
    verbs: ["get", "list", "watch"],
  },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
] as const;

function pod(pool: string): object {
  return {
    serviceAccountName: pickerName(pool),
    containers: [
      {
        name: "endpoint-picker",
        image: launcherFact("kubernetes", "endpointPicker"),
        args: ["--pool-name", pool, "--pool-namespace", "$(NAMESPACE)"],
        env: [{ name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
        ports: [{ name: "grpc", containerPort: PORT }],
      },
    ],
  };
}
