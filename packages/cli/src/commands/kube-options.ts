import { shown } from "@berth/core";
import {
  isObjectName,
  KUBERNETES_CHOICES,
  type KubernetesOptions,
  type TargetId,
} from "@berth/core/deploy";
import type { ArgsDef } from "citty";
import type { Flags } from "../args/flags.ts";
import { UsageError } from "../usage-error.ts";

type Key = keyof KubernetesOptions;

interface KubeFlag {
  readonly key: Key;
  readonly name: string;
  readonly description: string;
  readonly targets: readonly TargetId[];
}

const BOTH: readonly TargetId[] = ["kubernetes", "dynamo"];

/** One flag for each key of KubernetesOptions. */
const KUBE: readonly KubeFlag[] = [
  {
    key: "cards",
    name: "kube-cards",
    description: "what gives pods their cards; by default what the plan needs",
    targets: BOTH,
  },
  {
    key: "select",
    name: "kube-select",
    description:
      "with dra: the very cards of the plan, or any of the same product on the same node; by default uuid where the plan knows all",
    targets: BOTH,
  },
  {
    key: "sharing",
    name: "kube-sharing",
    description: "with dra: how engines share a card; by default mps, with caps, where it can",
    targets: ["kubernetes"],
  },
  {
    key: "modelsClaim",
    name: "kube-models-claim",
    description: "PersistentVolumeClaim with the models, instead of the nodes' own folder",
    targets: BOTH,
  },
  {
    key: "runtimeClass",
    name: "kube-runtime-class",
    description: "RuntimeClass of the engines' pods, such as nvidia; by default the nodes' own",
    targets: BOTH,
  },
  {
    key: "gatewayClass",
    name: "kube-gateway-class",
    description: "GatewayClass of the endpoint (istio)",
    targets: ["kubernetes"],
  },
];

/** Flags on what a bundle for Kubernetes is like. */
export const KUBE_FLAGS: ArgsDef = Object.fromEntries(
  KUBE.map(({ key, name, description }) => [
    name,
    { type: "string", valueHint: choices(key)?.join("|") ?? "NAME", description },
  ]),
);

/** Undefined where none is given. Throws a UsageError for another target's flag, and for what is no choice or no name. */
export function kubeOptions(
  flags: Flags,
  target: string | undefined,
): KubernetesOptions | undefined {
  const given = KUBE.filter(({ name }) => flags.text(name) !== undefined);
  const entries = given.map((flag) => [
    flag.key,
    checked(flag, flags.text(flag.name) ?? "", target),
  ]);
  return given.length === 0 ? undefined : Object.fromEntries(entries);
}

function checked(
  { key, name, targets }: KubeFlag,
  value: string,
  target: string | undefined,
): string {
  if (!targets.some((each) => each === target)) {
    throw new UsageError(`--${name}: expected --target ${targets.join(" or ")} with it`);
  }
  const known = choices(key);
  const isRight = known === undefined ? isObjectName(value) : known.includes(value);
  if (!isRight) {
    const expected =
      known?.join(" or ") ?? "the name of an object (small letters, digits, - and .)";
    throw new UsageError(`--${name}: expected ${expected}, got ${shown(value)}`);
  }
  return value;
}

function choices(key: Key): readonly string[] | undefined {
  return key in KUBERNETES_CHOICES
    ? KUBERNETES_CHOICES[key as keyof typeof KUBERNETES_CHOICES]
    : undefined;
}
