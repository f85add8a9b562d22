import type { PlanDeployment, PlanGpu } from "./plan-document.ts";

/** Every card is one of those that the model is pinned to, and has every label that was asked for. */
export function wishProblems(
  { model, replica, gpus: cards, labels = [], pins }: PlanDeployment,
  gpus: ReadonlyMap<string, PlanGpu>,
): readonly string[] {
  const name = `${model}#${replica}`;
  const unlabelled = cards.flatMap((id) =>
    labels
      .filter((label) => gpus.get(id)?.labels?.includes(label) !== true)
      .map((label) => `${name} is on ${id}, which has no label ${label}`),
  );
  const astray = cards.filter((id) => {
    const { host = "", catalogId = "" } = gpus.get(id) ?? {};
    return pins !== undefined && ![id, host, catalogId].some((own) => pins.includes(own));
  });
  return [
    ...unlabelled,
    ...astray.map((id) => `${name} is on ${id}, which is none of ${pins?.join(", ")}`),
  ];
}
