import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { keepPlanned, type PlannerClients } from "./state/keep-planned.ts";
import { type OpenedLink, openedLink } from "./state/opened-link.ts";
import { PlannerContext } from "./state/planner-context.ts";
import { createPlannerStore, type PlannerStore } from "./state/planner-store.ts";
import { PAGE_KEY, SERVED_KEY, savedWorkspace, saveWorkspace } from "./state/saved-workspace.ts";
import { takeToken } from "./state/served-token.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/page.css";
import { createPlannerClient } from "./worker/planner-client.ts";

function startWorker(): Worker {
  return new Worker(new URL("./worker/planner-worker.ts", import.meta.url), { type: "module" });
}

const token = takeToken(window.location, {
  history: window.history,
  storage: window.sessionStorage,
});

/** The page, with what its link holds, or with what was on it when it was last open. */
function start(linked: OpenedLink): void {
  const clients: PlannerClients = {
    quick: createPlannerClient(startWorker),
    solver: createPlannerClient(startWorker),
    simulator: createPlannerClient(startWorker),
  };
  const saved = { storage: window.localStorage, key: token === undefined ? PAGE_KEY : SERVED_KEY };
  const store = createPlannerStore(
    linked.workspace ?? (token === undefined ? savedWorkspace(saved) : undefined),
  );
  store.setState({ linkProblem: linked.problem });
  const keeper = keepPlanned(store, clients);
  saveWorkspace(store, saved);
  void clients.quick.ask("catalog", undefined).then((catalog) => store.setState({ catalog }));
  keepForLater(store);
  const root = document.getElementById("root");
  if (root !== null) {
    createRoot(root).render(
      <StrictMode>
        <PlannerContext value={{ store, clients, keeper }}>
          <App token={token} />
        </PlannerContext>
      </StrictMode>,
    );
  }
}

/** Once there is nothing else to do: what is kept is for later. */
function keepForLater(store: PlannerStore): void {
  if (import.meta.env.PROD && "serviceWorker" in navigator) {
    const keep = async () => {
      const { keepOffline } = await import("./offline/register.ts");
      await keepOffline(() => store.setState({ isOutdated: true }));
    };
    // a browser that keeps nothing shows the page all the same
    setTimeout(() => void keep().catch(() => undefined), QUIET_MS);
  }
}

/** Milliseconds in which the page has loaded what it shows first. */
const QUIET_MS = 1500;

void openedLink(window.location.hash).then(start);
