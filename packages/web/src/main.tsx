import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { keepPlanned, type PlannerClients } from "./state/keep-planned.ts";
import { type OpenedLink, openedLink } from "./state/opened-link.ts";
import { PlannerContext } from "./state/planner-context.ts";
import { createPlannerStore } from "./state/planner-store.ts";
import { savedWorkspace, saveWorkspace } from "./state/saved-workspace.ts";
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
  };
  const store = createPlannerStore(
    linked.workspace ?? (token === undefined ? savedWorkspace(window.localStorage) : undefined),
  );
  store.setState({ linkProblem: linked.problem });
  const keeper = keepPlanned(store, clients);
  if (token === undefined) {
    saveWorkspace(store, window.localStorage);
  }
  void clients.quick.ask("catalog", undefined).then((catalog) => store.setState({ catalog }));
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

void openedLink(window.location.hash).then(start);
