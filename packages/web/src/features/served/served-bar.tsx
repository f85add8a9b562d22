import type { InventoryDocument } from "@berth/core";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { openServed } from "../../state/open-served.ts";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { SERVED_KEY, savedWorkspace } from "../../state/saved-workspace.ts";
import { createServedApi, type ServedApi, type ServedSession } from "../../state/served-api.ts";
import { TEXT } from "../../text/en.ts";
import { VerifyButton } from "./verify-button.tsx";

/** What is only there with `berth serve` behind the page: the fleet file, the machines as they are, and verifying. */
export function ServedBar({ token }: { readonly token: string }): ReactNode {
  const { store, clients } = usePlannerParts();
  const [api] = useState(() => createServedApi(token));
  const [session, setSession] = useState<ServedSession | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  useEffect(() => {
    const open = async () => {
      const opened = await api.session();
      store.setState({ served: api });
      await openServed({ store, worker: clients.quick }, api, opened);
      setSession(opened);
    };
    open().catch((error: unknown) => {
      // fetch says so where nobody answers
      if (error instanceof TypeError) {
        const last = savedWorkspace({ storage: window.localStorage, key: SERVED_KEY });
        store.getState().edit((workspace) => last ?? workspace);
      }
      setProblem(error instanceof TypeError ? TEXT.served.silent : sentence(error));
    });
  }, [api, store, clients]);
  return (
    <section className="served" aria-label={TEXT.served.label}>
      {session !== undefined && <SaveButton api={api} session={session} />}
      {session !== undefined && <LiveCards api={api} />}
      {session !== undefined && <VerifyButton api={api} />}
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

/** Saves what is on the page; a file that has changed on the disk meanwhile is left alone, with a sentence. */
function SaveButton({
  api,
  session,
}: {
  readonly api: ServedApi;
  readonly session: ServedSession;
}): ReactNode {
  const fleet = usePlanner((state) => state.history.present.fleet);
  const [saved, setSaved] = useState({
    text: session.fleetFile?.text,
    etag: session.fleetFile?.etag,
  });
  const [problem, setProblem] = useState<string | undefined>();
  const name = session.fleetFile?.name ?? session.saveAs ?? "";
  const save = async () => {
    try {
      const etag = await api.save(fleet, saved.etag);
      setSaved({ text: fleet, etag });
      setProblem(undefined);
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  const isSaved = saved.text === fleet;
  return (
    <>
      <Button className="button" isDisabled={isSaved} onPress={() => void save()}>
        {isSaved ? TEXT.served.saved(name) : TEXT.served.save(name)}
      </Button>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** Keeps listening; what the machines have counts at first, and later only when a person says so. */
function LiveCards({ api }: { readonly api: ServedApi }): ReactNode {
  const { store } = usePlannerParts();
  const used = usePlanner((state) => state.live);
  const [seen, setSeen] = useState<InventoryDocument | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  useEffect(() => {
    const end = new AbortController();
    const listener = {
      onInventory: (inventory: InventoryDocument) => {
        setProblem(undefined);
        setSeen(inventory);
        if (store.getState().live === undefined) {
          store.setState({ live: inventory });
        }
      },
      onProblem: setProblem,
    };
    api.watch(listener, end.signal).catch((error: unknown) => {
      if (!end.signal.aborted) {
        setProblem(sentence(error));
      }
    });
    return () => end.abort();
  }, [api, store]);
  const isOld = seen !== undefined && JSON.stringify(seen) !== JSON.stringify(used);
  return (
    <>
      {isOld && (
        <Button className="button" onPress={() => store.setState({ live: seen })}>
          {TEXT.served.refresh}
        </Button>
      )}
      {problem !== undefined && <span className="hint">{problem}</span>}
    </>
  );
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
