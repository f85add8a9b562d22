import {
  isObjectName,
  KUBERNETES_CHOICES,
  type KubernetesOptions,
  MAX_FIRST_PORT,
  type TargetId,
  TRITON_MODES,
} from "@berth/core/deploy";
import type { ReactNode } from "react";
import { Checkbox } from "react-aria-components";
import { FILES_TEXT } from "../../text/files-en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { NumberSetting } from "../../ui/number-setting.tsx";
import { TextSetting } from "../../ui/text-setting.tsx";
import type { RenderAsk, RenderWishes } from "../../worker/protocol.ts";
import { aliasesIn, aliasProblem, aliasText } from "./aliases.ts";

type Wish = Omit<RenderAsk, "plan">;

interface PartProps {
  readonly wish: Wish;
  readonly onChange: (wish: Wish) => void;
}

/** Which targets have options for Kubernetes; the endpoint and the sharing are of one only. */
const ON_KUBERNETES: ReadonlySet<TargetId | undefined> = new Set(["kubernetes", "dynamo"]);
const OF_ONE: ReadonlySet<keyof KubernetesOptions> = new Set(["sharing", "gatewayClass"]);

/** Another target; what was chosen for Kubernetes is none of it. */
export function withTarget({ options, ...wish }: Wish, target: TargetId | undefined): Wish {
  const { kubernetes: _, ...others } = options;
  return { ...wish, target, options: others };
}

/** What `berth render` takes as flags, folded: all of it has a default that fits. */
export function RenderOptionsForm({ wish, onChange }: PartProps): ReactNode {
  const { options, target, router, aliases } = wish;
  const change = (key: keyof RenderWishes, value: unknown) =>
    onChange({ ...wish, options: changed(options, key, value) });
  return (
    <details className="fold">
      <summary>{FILES_TEXT.options}</summary>
      <div className="form-grid">
        <NumberSetting
          label={FILES_TEXT.firstPort}
          value={options.firstPort}
          most={MAX_FIRST_PORT}
          placeholder={FILES_TEXT.usual}
          onChange={(port) => change("firstPort", port)}
        />
        {(["modelsFolder", "enginesFolder"] as const).map((key) => (
          <TextSetting
            key={key}
            label={FILES_TEXT[key]}
            value={options[key] ?? ""}
            placeholder={FILES_TEXT.usual}
            problemOf={pathProblem}
            onChange={(path) => change(key, path.replace(/(?<=.)\/+$/, ""))}
          />
        ))}
        {(target === undefined || target === "triton-engine") && (
          <ChoiceSetting
            label={FILES_TEXT.tritonMode}
            value={options.tritonMode ?? ""}
            choices={choicesOf(TRITON_MODES)}
            onChange={(mode) => change("tritonMode", mode)}
          />
        )}
        {(target === undefined || target === "triton-engine") && (
          <Checkbox
            className="checkbox"
            isSelected={options.tritonBls === true}
            onChange={(isOn) => change("tritonBls", isOn ? true : undefined)}
          >
            <span className="box" aria-hidden="true" />
            {FILES_TEXT.tritonBls}
          </Checkbox>
        )}
        {router !== undefined && (
          <TextSetting
            label={FILES_TEXT.aliases}
            value={aliasText(aliases)}
            hint={FILES_TEXT.aliasesHint}
            problemOf={aliasProblem}
            onChange={(text) => onChange({ ...wish, aliases: aliasesIn(text) })}
          />
        )}
        {ON_KUBERNETES.has(target) && <KubernetesPart wish={wish} onChange={onChange} />}
      </div>
    </details>
  );
}

function KubernetesPart({ wish, onChange }: PartProps): ReactNode {
  const kubernetes: KubernetesOptions = wish.options.kubernetes ?? {};
  const keys = Object.keys(FILES_TEXT.kubernetes) as (keyof KubernetesOptions)[];
  const change = (key: keyof KubernetesOptions, value: string) =>
    onChange({
      ...wish,
      options: changed(wish.options, "kubernetes", changed(kubernetes, key, value)),
    });
  return keys
    .filter((key) => wish.target === "kubernetes" || !OF_ONE.has(key))
    .map((key) => {
      const label = FILES_TEXT.kubernetes[key];
      const value = kubernetes[key] ?? "";
      return key in KUBERNETES_CHOICES ? (
        <ChoiceSetting
          key={key}
          label={label}
          value={value}
          choices={choicesOf(KUBERNETES_CHOICES[key as keyof typeof KUBERNETES_CHOICES])}
          onChange={(id) => change(key, id)}
        />
      ) : (
        <TextSetting
          key={key}
          label={label}
          value={value}
          placeholder={FILES_TEXT.usual}
          problemOf={objectProblem}
          onChange={(text) => change(key, text)}
        />
      );
    });
}

/** An object with another value; none takes the key away. */
function changed<T extends object>(object: T, key: keyof T, value: unknown): T {
  const { [key]: _, ...others } = object;
  const isEmpty =
    value === undefined ||
    value === "" ||
    (typeof value === "object" && Object.keys(value ?? {}).length === 0);
  return (isEmpty ? others : { ...others, [key]: value }) as T;
}

function choicesOf(
  ids: readonly string[],
): readonly { readonly id: string; readonly text: string }[] {
  return [{ id: "", text: FILES_TEXT.usual }, ...ids.map((id) => ({ id, text: id }))];
}

function pathProblem(text: string): string | undefined {
  const isPath = text.trim() === "" || text.trim().startsWith("/");
  return isPath ? undefined : FILES_TEXT.wrong.path(text);
}

function objectProblem(text: string): string | undefined {
  const isName = text.trim() === "" || isObjectName(text.trim());
  return isName ? undefined : FILES_TEXT.wrong.object(text);
}
