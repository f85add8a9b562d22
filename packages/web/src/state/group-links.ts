import type { CardLink, PlanDocument } from "@berth/core";
import type { PlannerClients } from "./keep-planned.ts";
import type { PlannerStore } from "./planner-store.ts";

/** The links between the cards of one deployment. */
export interface GroupLink {
  readonly model: string;
  readonly replica: number;
  readonly links: readonly CardLink[];
}

/** The links of a plan's deployments that are on several cards. */
export interface GroupLinks {
  readonly plan: PlanDocument;
  readonly groups: readonly GroupLink[];
}

/** Asks for the links of a plan's groups, and keeps them in the store. Fleets that can't be read have none. */
export async function keepGroupLinks(
  store: PlannerStore,
  clients: PlannerClients,
  plan: PlanDocument,
): Promise<void> {
  const groups = plan.deployments.filter(({ gpus }) => gpus.length > 1);
  const { history, live } = store.getState();
  const ask = {
    workspace: { ...history.present, live },
    groups: groups.map(({ gpus }) => gpus),
  };
  const answer = groups.length === 0 ? [] : await clients.quick.ask("links", ask).catch(() => []);
  const links = groups.map(({ model, replica }, at) => ({
    model,
    replica,
    links: answer[at] ?? [],
  }));
  if (store.getState().planning.plan === plan) {
    store.setState({ links: { plan, groups: links } });
  }
}
