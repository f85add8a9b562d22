import type { KubeRead } from "./read-kube.ts";

/** What does not hold between the objects of one namespace; nothing where all is well. */
export function referenceErrors(
  objects: readonly KubeRead[],
  secrets: readonly string[],
): string[] {
  const names = new Set<string>();
  const twice: string[] = [];
  for (const { kind, metadata } of objects) {
    const name = `${kind}/${metadata.name}`;
    if (names.has(name)) {
      twice.push(`${name} comes twice`);
    }
    names.add(name);
  }
  const wanted = objects.flatMap((object) => references(object, secrets));
  return [
    ...twice,
    ...wanted.filter(({ to }) => !names.has(to)).map(({ from, to }) => `${from} refers to ${to}`),
    ...objects.flatMap((object) => matching(object, objects)),
  ];
}

interface Reference {
  readonly from: string;
  readonly to: string;
}

/** The pod templates of an object. */
function templatesOf({ kind, spec }: KubeRead): KubeRead[] {
  if (kind === "LeaderWorkerSet") {
    return [spec.leaderWorkerTemplate.leaderTemplate, spec.leaderWorkerTemplate.workerTemplate];
  }
  if (kind === "DynamoGraphDeployment") {
    return spec.components.map(({ podTemplate }: KubeRead) => podTemplate);
  }
  return spec?.template === undefined ? [] : [spec.template];
}

function references(object: KubeRead, secrets: readonly string[]): Reference[] {
  const from = `${object.kind}/${object.metadata.name}`;
  return [
    ...ownReferences(object),
    ...templatesOf(object).flatMap(({ spec }) => podReferences(spec)),
  ]
    .filter((to) => !secrets.some((name) => to === `Secret/${name}`))
    .map((to) => ({ from, to }));
}

function ownReferences({ kind, spec, roleRef, subjects }: KubeRead): string[] {
  switch (kind) {
    case "StatefulSet":
      return [`Service/${spec.serviceName}`];
    case "HTTPRoute":
      return [
        ...spec.parentRefs.map(({ name }: KubeRead) => `Gateway/${name}`),
        ...spec.rules.flatMap(({ backendRefs }: KubeRead) =>
          backendRefs.map(({ kind = "Service", name }: KubeRead) => `${kind}/${name}`),
        ),
      ];
    case "InferencePool":
      return [`Service/${spec.endpointPickerRef.name}`];
    case "RoleBinding":
      return [
        `Role/${roleRef.name}`,
        ...subjects.map(({ name }: KubeRead) => `ServiceAccount/${name}`),
      ];
    default:
      return [];
  }
}

function podReferences(spec: KubeRead): string[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const urls = containers.flatMap(({ args = [] }) =>
    args.filter((arg: string) => arg.startsWith("http://")),
  );
  return [
    ...(spec.volumes ?? []).flatMap(({ configMap }: KubeRead) =>
      configMap ? `ConfigMap/${configMap.name}` : [],
    ),
    ...(spec.resourceClaims ?? []).map(
      ({ resourceClaimName, resourceClaimTemplateName }: KubeRead) =>
        resourceClaimName
          ? `ResourceClaim/${resourceClaimName}`
          : `ResourceClaimTemplate/${resourceClaimTemplateName}`,
    ),
    ...containers.flatMap(({ env = [] }) =>
      env.flatMap(({ valueFrom }: KubeRead) =>
        valueFrom?.secretKeyRef ? `Secret/${valueFrom.secretKeyRef.name}` : [],
      ),
    ),
    ...(spec.serviceAccountName ? [`ServiceAccount/${spec.serviceAccountName}`] : []),
    ...urls.map((url: string) => `Service/${new URL(url).hostname}`),
  ];
}

/** Selectors find pods, ports are the pods', mounts and claims are the pod's own. */
function matching(object: KubeRead, objects: readonly KubeRead[]): string[] {
  const from = `${object.kind}/${object.metadata.name}`;
  const templates = objects.flatMap(templatesOf);
  const selected = (selector: KubeRead) =>
    templates.filter(({ metadata }) => isIn(selector, metadata.labels));
  switch (object.kind) {
    case "Service": {
      const pods = selected(object.spec.selector);
      const ports = pods.flatMap(({ spec }) =>
        spec.containers.flatMap(({ ports: own = [] }: KubeRead) => own),
      );
      return object.spec.ports.flatMap(({ port, targetPort }: KubeRead) =>
        ports.some(({ name, containerPort }) => name === targetPort && containerPort === port)
          ? []
          : [`${from}: no pod has port ${targetPort}`],
      );
    }
    case "InferencePool": {
      const pods = selected(object.spec.selector.matchLabels);
      const { number } = object.spec.targetPorts[0];
      const wrong = pods.filter(
        ({ spec }) => spec.containers[0].ports?.[0]?.containerPort !== number,
      );
      return pods.length === 0 || wrong.length > 0 ? [`${from}: pods without port ${number}`] : [];
    }
    case "Deployment":
    case "StatefulSet":
      return isIn(object.spec.selector.matchLabels, object.spec.template.metadata.labels)
        ? templatesOf(object).flatMap(({ spec }) => insidePod(from, spec))
        : [`${from}: selects other pods than its own`];
    case "LeaderWorkerSet":
    case "DynamoGraphDeployment":
      return templatesOf(object).flatMap(({ spec }) => insidePod(from, spec));
    default:
      return [];
  }
}

function insidePod(from: string, spec: KubeRead): string[] {
  const volumes = new Set((spec.volumes ?? []).map(({ name }: KubeRead) => name));
  const claims = new Set((spec.resourceClaims ?? []).map(({ name }: KubeRead) => name));
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return containers.flatMap(({ name, volumeMounts = [], resources = {} }) => [
    ...volumeMounts
      .filter((mount: KubeRead) => !volumes.has(mount.name))
      .map((mount: KubeRead) => `${from} ${name}: no volume ${mount.name}`),
    ...(resources.claims ?? [])
      .filter((claim: KubeRead) => !claims.has(claim.name))
      .map((claim: KubeRead) => `${from} ${name}: no claim ${claim.name}`),
  ]);
}

function isIn(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
