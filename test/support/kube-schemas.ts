// What Berth writes for Kubernetes, field by field: strict where the API server drops or refuses what it
// does not know. The names are the API's; the forms are those that Berth uses.
type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const filled: Schema = { type: "string", minLength: 1 };
const dnsLabel: Schema = { type: "string", pattern: "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$" };
const port: Schema = { type: "integer", minimum: 1, maximum: 65535 };
const seconds: Schema = { type: "integer", minimum: 1 };
const quantity: Schema = { type: "string", pattern: "^[0-9]+(Mi|Gi)?$" };
const labelValue: Schema = {
  type: "string",
  pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$",
};
const labelKey =
  "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
const labels: Schema = {
  type: "object",
  propertyNames: { pattern: labelKey },
  additionalProperties: labelValue,
};
const annotations: Schema = {
  type: "object",
  propertyNames: { pattern: labelKey },
  additionalProperties: text,
};

/** An object with these fields and no others; those with a `?` may be absent. */
function strict(fields: Readonly<Record<string, Schema>>): Schema {
  const names = Object.keys(fields);
  return {
    type: "object",
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith("?")),
    properties: Object.fromEntries(names.map((name) => [name.replace("?", ""), fields[name]])),
  };
}

function list(items: Schema, minItems = 1): Schema {
  return { type: "array", items, minItems };
}

function oneOf(...values: readonly unknown[]): Schema {
  return { enum: values };
}

const metadata = strict({ name: dnsLabel, "labels?": labels, "annotations?": annotations });

function object(
  apiVersion: string,
  kind: string,
  fields: Readonly<Record<string, Schema>>,
): Schema {
  return strict({ apiVersion: { const: apiVersion }, kind: { const: kind }, metadata, ...fields });
}

const variable: Schema = {
  oneOf: [
    strict({ name: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }, value: text }),
    strict({
      name: filled,
      valueFrom: {
        oneOf: [
          strict({
            secretKeyRef: strict({ name: dnsLabel, key: filled, optional: { type: "boolean" } }),
          }),
          strict({ fieldRef: strict({ fieldPath: filled }) }),
        ],
      },
    }),
  ],
};

const probe = strict({
  httpGet: strict({ path: { type: "string", pattern: "^/" }, port }),
  periodSeconds: seconds,
  timeoutSeconds: seconds,
  failureThreshold: seconds,
});

const container = strict({
  name: dnsLabel,
  image: { type: "string", pattern: "^[a-z0-9./-]+:[A-Za-z0-9._-]+$" },
  "command?": list(text),
  "args?": list(text),
  "env?": list(variable, 0),
  "ports?": list(strict({ name: dnsLabel, containerPort: port })),
  "startupProbe?": probe,
  "readinessProbe?": probe,
  "livenessProbe?": probe,
  "resources?": strict({
    "limits?": {
      type: "object",
      additionalProperties: { type: "string", pattern: "^[1-9][0-9]*$" },
    },
    "claims?": list(strict({ name: dnsLabel, "request?": dnsLabel })),
  }),
  "volumeMounts?": list(
    strict({
      name: dnsLabel,
      mountPath: { type: "string", pattern: "^/[^:]*$" },
      "readOnly?": { type: "boolean" },
      "subPath?": filled,
    }),
    0,
  ),
  "workingDir?": filled,
});

const hostPath = { type: "string", pattern: "^/", not: { pattern: "(^|/)\\.\\.(/|$)" } };
const volume: Schema = {
  oneOf: [
    strict({
      name: dnsLabel,
      emptyDir: strict({ medium: { const: "Memory" }, sizeLimit: quantity }),
    }),
    strict({ name: dnsLabel, configMap: strict({ name: dnsLabel }) }),
    strict({ name: dnsLabel, persistentVolumeClaim: strict({ claimName: dnsLabel }) }),
    strict({
      name: dnsLabel,
      hostPath: strict({ path: hostPath, type: oneOf("Directory", "DirectoryOrCreate", "File") }),
    }),
  ],
};

const nodeAffinity = strict({
  nodeAffinity: strict({
    requiredDuringSchedulingIgnoredDuringExecution: strict({
      nodeSelectorTerms: list(
        strict({
          matchExpressions: list(
            strict({ key: filled, operator: { const: "In" }, values: list(labelValue) }),
          ),
        }),
      ),
    }),
  }),
});

const podSpec: Schema = strict({
  "nodeSelector?": labels,
  "affinity?": nodeAffinity,
  "tolerations?": list(
    strict({ key: filled, operator: { const: "Exists" }, effect: { const: "NoSchedule" } }),
  ),
  "runtimeClassName?": dnsLabel,
  "enableServiceLinks?": { const: false },
  "automountServiceAccountToken?": { const: false },
  "serviceAccountName?": dnsLabel,
  "resourceClaims?": list({
    oneOf: [
      strict({ name: dnsLabel, resourceClaimName: dnsLabel }),
      strict({ name: dnsLabel, resourceClaimTemplateName: dnsLabel }),
    ],
  }),
  "initContainers?": list(container),
  containers: list(container),
  "volumes?": list(volume, 0),
});

const podTemplate = strict({
  metadata: strict({ labels, "annotations?": annotations }),
  spec: podSpec,
});
const matchLabels = strict({ matchLabels: { ...labels, minProperties: 1 } });

const deviceClaim = strict({
  devices: strict({
    requests: list(
      strict({
        name: dnsLabel,
        exactly: strict({
          deviceClassName: { const: "gpu.nvidia.com" },
          allocationMode: { const: "ExactCount" },
          count: { type: "integer", minimum: 1 },
          selectors: list(strict({ cel: strict({ expression: filled }) })),
        }),
      }),
    ),
    "config?": list(
      strict({
        requests: list(dnsLabel),
        opaque: strict({
          driver: { const: "gpu.nvidia.com" },
          parameters: strict({
            apiVersion: { const: "resource.nvidia.com/v1beta1" },
            kind: { const: "GpuConfig" },
            sharing: strict({
              strategy: { const: "MPS" },
              mpsConfig: strict({ defaultPinnedDeviceMemoryLimit: quantity }),
            }),
          }),
        }),
      }),
    ),
  }),
});

const weight = { type: "integer", minimum: 1, maximum: 1_000_000 };

const backend = {
  oneOf: [
    strict({
      group: { const: "inference.networking.k8s.io" },
      kind: { const: "InferencePool" },
      name: dnsLabel,
      weight,
    }),
    // A Service, which is what a reference without a kind is to.
    strict({ name: dnsLabel, port, weight }),
  ],
};

const routeRule = strict({
  matches: list({
    oneOf: [
      strict({
        headers: list(
          strict({
            type: { const: "Exact" },
            name: { type: "string", pattern: "^[A-Za-z0-9-]+$" },
            value: { type: "string", minLength: 1, maxLength: 4096, pattern: "^[ -~]+$" },
          }),
        ),
      }),
      strict({
        path: strict({
          type: { const: "PathPrefix" },
          value: { type: "string", pattern: "^/[a-z0-9/-]+$" },
        }),
      }),
    ],
  }),
  "filters?": list(
    strict({
      type: { const: "URLRewrite" },
      urlRewrite: strict({
        path: strict({ type: { const: "ReplacePrefixMatch" }, replacePrefixMatch: { const: "/" } }),
      }),
    }),
  ),
  backendRefs: list(backend),
  timeouts: strict({ request: { type: "string", pattern: "^([0-9]{1,5}(h|m|s|ms)){1,4}$" } }),
});

const RBAC = "rbac.authorization.k8s.io/v1";

/** A schema by `apiVersion kind`. */
export const KUBE_SCHEMAS: Readonly<Record<string, Schema>> = {
  "v1 ConfigMap": object("v1", "ConfigMap", {
    data: {
      type: "object",
      propertyNames: { pattern: "^[-._a-zA-Z0-9]+$" },
      additionalProperties: text,
    },
  }),
  "v1 Service": object("v1", "Service", {
    spec: strict({
      selector: { ...labels, minProperties: 1 },
      ports: list(strict({ name: dnsLabel, port, targetPort: dnsLabel, "appProtocol?": filled })),
    }),
  }),
  "v1 ServiceAccount": object("v1", "ServiceAccount", {}),
  [`${RBAC} Role`]: object(RBAC, "Role", {
    rules: list(
      strict({
        apiGroups: list(text),
        resources: list(filled),
        verbs: list(oneOf("get", "list", "watch")),
      }),
    ),
  }),
  [`${RBAC} RoleBinding`]: object(RBAC, "RoleBinding", {
    subjects: list(strict({ kind: { const: "ServiceAccount" }, name: dnsLabel })),
    roleRef: strict({
      apiGroup: { const: "rbac.authorization.k8s.io" },
      kind: { const: "Role" },
      name: dnsLabel,
    }),
  }),
  "apps/v1 Deployment": object("apps/v1", "Deployment", {
    spec: strict({
      replicas: { const: 1 },
      "strategy?": strict({ type: { const: "Recreate" } }),
      selector: matchLabels,
      template: podTemplate,
    }),
  }),
  "apps/v1 StatefulSet": object("apps/v1", "StatefulSet", {
    spec: strict({
      replicas: { type: "integer", minimum: 2 },
      serviceName: dnsLabel,
      podManagementPolicy: { const: "Parallel" },
      selector: matchLabels,
      template: podTemplate,
    }),
  }),
  "leaderworkerset.x-k8s.io/v1 LeaderWorkerSet": object(
    "leaderworkerset.x-k8s.io/v1",
    "LeaderWorkerSet",
    {
      spec: strict({
        replicas: { const: 1 },
        leaderWorkerTemplate: strict({
          size: { type: "integer", minimum: 2 },
          restartPolicy: oneOf("RecreateGroupOnPodRestart", "None"),
          leaderTemplate: podTemplate,
          workerTemplate: podTemplate,
        }),
      }),
    },
  ),
  "resource.k8s.io/v1 ResourceClaim": object("resource.k8s.io/v1", "ResourceClaim", {
    spec: deviceClaim,
  }),
  "resource.k8s.io/v1 ResourceClaimTemplate": object(
    "resource.k8s.io/v1",
    "ResourceClaimTemplate",
    {
      spec: strict({ spec: deviceClaim }),
    },
  ),
  "gateway.networking.k8s.io/v1 Gateway": object("gateway.networking.k8s.io/v1", "Gateway", {
    spec: strict({
      gatewayClassName: filled,
      listeners: list(
        strict({
          name: dnsLabel,
          port,
          protocol: { const: "HTTP" },
          allowedRoutes: strict({ namespaces: strict({ from: { const: "Same" } }) }),
        }),
      ),
    }),
  }),
  "gateway.networking.k8s.io/v1 HTTPRoute": object("gateway.networking.k8s.io/v1", "HTTPRoute", {
    spec: strict({
      parentRefs: list(strict({ name: dnsLabel })),
      rules: { ...list(routeRule), maxItems: 16 },
    }),
  }),
  "inference.networking.k8s.io/v1 InferencePool": object(
    "inference.networking.k8s.io/v1",
    "InferencePool",
    {
      spec: strict({
        selector: matchLabels,
        targetPorts: { ...list(strict({ number: port })), maxItems: 8 },
        endpointPickerRef: strict({
          name: dnsLabel,
          port: strict({ number: port }),
          failureMode: oneOf("FailOpen", "FailClose"),
        }),
      }),
    },
  ),
  "nvidia.com/v1beta1 DynamoGraphDeployment": object(
    "nvidia.com/v1beta1",
    "DynamoGraphDeployment",
    {
      spec: strict({
        backendFramework: oneOf("trtllm", "vllm", "sglang"),
        components: {
          ...list(
            strict({
              name: { type: "string", pattern: "^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$" },
              type: oneOf("frontend", "worker"),
              replicas: { type: "integer", minimum: 1 },
              "sharedMemorySize?": quantity,
              podTemplate: strict({ "metadata?": strict({ annotations }), spec: podSpec }),
            }),
            2,
          ),
          maxItems: 25,
        },
      }),
    },
  ),
  "kustomize.config.k8s.io/v1beta1 Kustomization": strict({
    apiVersion: { const: "kustomize.config.k8s.io/v1beta1" },
    kind: { const: "Kustomization" },
    resources: {
      ...list({ type: "string", pattern: "^[a-z0-9][a-z0-9-]*\\.yaml$" }),
      uniqueItems: true,
    },
  }),
};

const positive: Schema = { type: "integer", minimum: 1 };

/** What Ray Serve takes: its own configuration, with the arguments of build_openai_app. */
export const RAY_SCHEMA: Schema = strict({
  http_options: strict({ host: filled, port }),
  applications: list(
    strict({
      name: dnsLabel,
      route_prefix: { const: "/" },
      import_path: { const: "ray.serve.llm:build_openai_app" },
      args: strict({
        llm_configs: list(
          strict({
            model_loading_config: strict({ model_id: text, model_source: filled }),
            engine_kwargs: strict({
              tensor_parallel_size: positive,
              "pipeline_parallel_size?": positive,
              "enable_expert_parallel?": { const: true },
              "disable_custom_all_reduce?": { const: true },
              max_model_len: positive,
              max_num_seqs: positive,
              max_num_batched_tokens: positive,
              "enable_chunked_prefill?": { const: true },
              "dtype?": oneOf("bfloat16", "float16"),
              gpu_memory_utilization: { type: "number", exclusiveMinimum: 0, maximum: 1 },
              "kv_cache_memory_bytes?": positive,
              "num_gpu_blocks_override?": positive,
              kv_cache_dtype: oneOf("auto", "fp8", "fp8_e4m3"),
              "block_size?": positive,
            }),
            placement_group_config: strict({
              bundles: list({
                type: "object",
                minProperties: 3,
                maxProperties: 3,
                required: ["CPU", "GPU"],
                patternProperties: { "^(CPU|GPU|berth_[a-z0-9_]+)$": { const: 1 } },
                additionalProperties: false,
              }),
              strategy: oneOf("STRICT_PACK", "PACK"),
            }),
            deployment_config: strict({ num_replicas: positive, max_ongoing_requests: positive }),
            "runtime_env?": strict({ env_vars: { type: "object", additionalProperties: text } }),
          }),
        ),
      }),
    }),
  ),
});
