import * as z from "zod";
import { jsonOrNothing } from "../importers/parse-json.ts";

/** The label of a container that Berth started; its value is the engine's mark. */
export const CONTAINER_LABEL = "berth.engine";

/** A container of a launch, as docker names it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** "" where Berth did not start it. */
  readonly mark: string;
  readonly isRunning: boolean;
  /** Its first process as the host counts it; 0 where none runs. */
  readonly pid: number;
  readonly exitCode: number;
  /** The kernel ended a process of it for want of memory. */
  readonly isOutOfMemory: boolean;
}

const inspected = z.array(
  z.looseObject({
    Id: z.string(),
    Name: z.string(),
    State: z.looseObject({
      Running: z.boolean(),
      Pid: z.int(),
      ExitCode: z.int(),
      OOMKilled: z.boolean(),
    }),
    Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
  }),
);

/** What `docker inspect` says of containers; undefined where it is no such answer. */
export function readContainers(text: string): readonly Container[] | undefined {
  const { data } = inspected.safeParse(jsonOrNothing(text));
  return data?.map(({ Id, Name, State, Config }) => ({
    id: Id,
    name: Name.replace(/^\//, ""),
    mark: Config.Labels?.[CONTAINER_LABEL] ?? "",
    isRunning: State.Running,
    pid: State.Pid,
    exitCode: State.ExitCode,
    isOutOfMemory: State.OOMKilled,
  }));
}
