import { formatGib, type PlanStep } from "@berth/core";
import type { CardTaken } from "@berth/core/launch";
import type { LaunchEvent } from "../launch/events.ts";
import { replicaName } from "./plan-deployments.ts";
import { secondsText } from "./seconds-text.ts";

/** What people read of an event, line by line. */
export function eventText(event: LaunchEvent): readonly string[] {
  switch (event.event) {
    case "order":
      return orderText(event);
    case "stopping":
      return [`stopping ${event.engine}`];
    case "stopped":
      return [`${event.engine} is stopped`];
    case "starting":
      return [
        `starting ${event.engine} on ${event.gpus.join(", ")}${event.log === undefined ? "" : `; its output goes to ${event.log}`}`,
      ];
    case "loading":
      return [];
    case "ready":
      return [`${event.engine} is ready after ${secondsText(event.elapsedMs)}`];
    case "measured":
      return [
        ...event.cards.map((card) => takenText(event.engine, card)),
        ...event.departures.map((text) => `not as planned: ${text}`),
      ];
    case "replanned":
      return replannedText(event);
    case "not-replanned":
      return [`no other plan: ${event.reason}`];
    case "failed":
      return [
        `${event.engine} did not start: ${event.reason}`,
        ...event.findings,
        ...(event.log === undefined ? [] : [`its log: ${event.log}`]),
      ];
    default:
      return event satisfies never;
  }
}

function replannedText({
  corrections,
  calibration,
  beyond,
  file,
}: Extract<LaunchEvent, { event: "replanned" }>): readonly string[] {
  const terms = corrections === 1 ? "1 correction" : `${corrections} corrections`;
  const held = Object.entries(beyond).map(
    ([gpu, bytes]) => `${formatGib(bytes)} of ${gpu} that engines hold beyond the plan`,
  );
  return [
    `re-planned with what was measured: ${[`${terms} in ${calibration}`, ...held].join(", ")}`,
    `the plan from here on is ${file}`,
  ];
}

function orderText({ stays, steps }: Extract<LaunchEvent, { event: "order" }>): readonly string[] {
  return [
    ...(stays.length === 0 ? [] : [`running as planned: ${stays.map(replicaName).join(", ")}`]),
    ...(steps.length === 0 ? ["nothing to do"] : steps.map(stepText)),
  ];
}

function stepText({ action, gpus, why, ...replica }: PlanStep, at: number): string {
  return `step ${at + 1}: ${action} ${replicaName(replica)} on ${gpus.join(", ")} (it ${why})`;
}

function takenText(
  engine: string,
  { gpu, takenBytes, lowBytes, highBytes, freeAfterBytes }: CardTaken,
): string {
  const range = `${formatGib(lowBytes)} to ${formatGib(highBytes)}`;
  return `${engine} took ${formatGib(takenBytes)} of ${gpu} (planned ${range}); ${formatGib(freeAfterBytes)} are free`;
}
