import type { PlanDocument } from "@berth/core";
import type { Artifact, TargetId } from "@berth/core/deploy";
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import { FILES_TEXT } from "../../text/files-en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { download } from "../../ui/download.ts";
import type { LaunchersAnswer, RenderAnswer, RenderAsk } from "../../worker/protocol.ts";
import { FileList } from "./file-list.tsx";
import { RenderOptionsForm, withTarget } from "./render-options-form.tsx";
import { PLAN_FILE, takenAway } from "./take-away-files.ts";
import { useLaunchers, useRendered } from "./use-rendered.ts";
import { zipOf } from "./zip-files.ts";
import "../../styles/files.css";

type Wish = Omit<RenderAsk, "plan">;

const NONE: readonly Artifact[] = [];
const NO_WISH: Wish = { target: undefined, router: undefined, options: {}, aliases: [] };
const ZIP = "berth.zip";

/** What the command line would write for the plan, to read, to copy and to take away. */
export function FilesView(): ReactNode {
  const { plan, isSolving } = usePlanner((state) => state.planning);
  if (isSolving || plan === undefined) {
    return <p className="hint">{isSolving ? FILES_TEXT.waiting : FILES_TEXT.nothing}</p>;
  }
  return <FilesOf plan={plan} />;
}

function FilesOf({ plan }: { readonly plan: PlanDocument }): ReactNode {
  const workspace = usePlanner((state) => state.history.present);
  const isLive = usePlanner((state) => state.live !== undefined);
  const launchers = useLaunchers();
  const [wish, setWish] = useState<Wish>(NO_WISH);
  const rendered = useRendered(plan, wish);
  const artifacts = rendered?.ok === true ? rendered.artifacts : NONE;
  const { files, leftOut } = useMemo(
    () => takenAway(workspace, plan, artifacts),
    [workspace, plan, artifacts],
  );
  return (
    <div className="stack">
      <Choices launchers={launchers} wish={wish} onChange={setWish} />
      <RenderOptionsForm wish={wish} onChange={setWish} />
      {rendered?.ok === false && (
        <Refused
          rendered={rendered}
          target={wish.target}
          onChoose={(target) => setWish(withTarget(wish, target))}
        />
      )}
      <div className="file-actions">
        <Button
          className="button primary"
          isDisabled={rendered === undefined}
          onPress={() => download(ZIP, zipOf(files), "application/zip")}
        >
          {FILES_TEXT.downloadAll}
        </Button>
        <Button
          className="button"
          onPress={() => {
            const [file] = files.filter(({ path }) => path === PLAN_FILE);
            download(PLAN_FILE, file?.text ?? "", "application/json");
          }}
        >
          {FILES_TEXT.plan}
        </Button>
      </div>
      <p className="hint">{isLive ? FILES_TEXT.liveHint : FILES_TEXT.zipHint}</p>
      {leftOut.length > 0 && <p className="problem">{FILES_TEXT.leftOut(leftOut.join(", "))}</p>}
      <FileList files={files} />
    </div>
  );
}

const OWN = "own";
const NO_ROUTER = "none";

function Choices({
  launchers: { targets, routers },
  wish,
  onChange,
}: {
  readonly launchers: LaunchersAnswer;
  readonly wish: Wish;
  readonly onChange: (wish: Wish) => void;
}): ReactNode {
  const { target, router } = wish;
  const named = ({ id, description }: { readonly id: string; readonly description: string }) => ({
    id,
    text: `${id}: ${description}`,
  });
  return (
    <div className="form-grid">
      <ChoiceSetting
        label={FILES_TEXT.target}
        value={target ?? OWN}
        choices={[{ id: OWN, text: FILES_TEXT.ownTarget }, ...targets.map(named)]}
        onChange={(id) => onChange(withTarget(wish, targets.find((each) => each.id === id)?.id))}
      />
      <ChoiceSetting
        label={FILES_TEXT.router}
        value={router ?? NO_ROUTER}
        choices={[{ id: NO_ROUTER, text: FILES_TEXT.noRouter }, ...routers.map(named)]}
        onChange={(id) => onChange({ ...wish, router: routers.find((each) => each.id === id)?.id })}
      />
    </div>
  );
}

function Refused({
  rendered: { reasons, instead },
  target,
  onChoose,
}: {
  readonly rendered: Extract<RenderAnswer, { readonly ok: false }>;
  readonly target: TargetId | undefined;
  readonly onChoose: (target: TargetId | undefined) => void;
}): ReactNode {
  const nameOf = (id: TargetId | undefined) => id ?? FILES_TEXT.ownTarget;
  return (
    <section className="unplaced" aria-label={FILES_TEXT.refused(nameOf(target))}>
      <h3>{FILES_TEXT.refused(nameOf(target))}</h3>
      <ul className="plain-list">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <p>{instead.length > 0 ? FILES_TEXT.instead : FILES_TEXT.noInstead}</p>
      <div className="file-actions">
        {instead.map((id) => (
          <Button key={nameOf(id)} className="button" onPress={() => onChoose(id)}>
            {FILES_TEXT.use(nameOf(id))}
          </Button>
        ))}
      </div>
    </section>
  );
}
