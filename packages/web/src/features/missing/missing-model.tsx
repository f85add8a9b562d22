import { looksLikeHubId } from "@berth/core/files";
import { type ReactNode, useState } from "react";
import { Button, Link } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import type { ServedApi } from "../../state/served-api.ts";
import { withFile } from "../../state/workspace.ts";
import { MISSING_TEXT } from "../../text/missing-en.ts";

/** What a model lacks whose files are not here, and how it gets them. */
export function MissingModel({ model }: { readonly model: string }): ReactNode {
  const served = usePlanner((state) => state.served);
  const isOnHub = looksLikeHubId(model);
  if (served !== undefined) {
    return <LookUp model={model} api={served} isOnHub={isOnHub} />;
  }
  return isOnHub ? <FromHub id={model} /> : <p className="problem">{MISSING_TEXT.unknown}</p>;
}

/** A button: the network is asked when a person says so, and by `berth serve`, not by the page. */
function LookUp({
  model,
  api,
  isOnHub,
}: {
  readonly model: string;
  readonly api: ServedApi;
  readonly isOnHub: boolean;
}): ReactNode {
  const edit = usePlanner((state) => state.edit);
  const [state, setState] = useState<"asking" | { readonly problem: string } | undefined>();
  const ask = async () => {
    setState("asking");
    try {
      const files = await api.modelFiles(model, isOnHub);
      setState(undefined);
      edit((workspace) => files.reduce(withFile, workspace));
    } catch (error) {
      setState({ problem: error instanceof Error ? error.message : String(error) });
    }
  };
  const text = isOnHub ? MISSING_TEXT.ask : MISSING_TEXT.read;
  return (
    <div className="stack">
      <p className="problem" role={typeof state === "object" ? "alert" : undefined}>
        {typeof state === "object" ? state.problem : MISSING_TEXT.unknown}
      </p>
      <Button className="button" isDisabled={state === "asking"} onPress={() => void ask()}>
        {state === "asking" ? MISSING_TEXT.asking : text}
      </Button>
      {isOnHub && <p className="hint">{MISSING_TEXT.askHint}</p>}
    </div>
  );
}

/** Where a person gets the files: following a link is not asking by itself, and needs no wider policy. */
function FromHub({ id }: { readonly id: string }): ReactNode {
  const at = `https://huggingface.co/${id}/resolve/main`;
  const link = (name: string, text: string) => (
    <Link href={`${at}/${name}?download=true`} target="_blank" rel="noreferrer">
      {text}
    </Link>
  );
  return (
    <p className="problem">
      {MISSING_TEXT.static} {link("config.json", MISSING_TEXT.config)}
      {MISSING_TEXT.and} {link("model.safetensors.index.json", MISSING_TEXT.index)}{" "}
      {MISSING_TEXT.drop}
    </p>
  );
}
