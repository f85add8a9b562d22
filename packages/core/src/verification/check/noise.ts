import { MIB } from "../../units/units.ts";

/**
 * Memory that comes and goes without anyone starting anything: a display server's buffers, a monitoring agent. Engines
 * take less than planned by more than this as a rule, so a plan is not said to break over it.
 */
export const NOISE_BYTES: number = 64 * MIB;
