import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import type { Workspace } from "./workspace.ts";

/** Version of the form, at the start of the fragment; a later one reads this one too. */
const PREFIX = "f1=";

/** Longest link made, in characters: what browsers take without harm, and mail programs mostly. */
const MOST_CHARACTERS = 60_000;
/** Most characters that a link may unpack to; the largest captures of twelve cards are 150 kB. */
const MOST_UNPACKED = 20_000_000;
/** A model of 191 shards (Llama-3.1-405B) has a header for each. */
const MOST_FILES = 1000;

/** The fragment that holds the workspace; undefined where it would be too long for a link. */
export function fragmentOf(workspace: Workspace): string | undefined {
  const packed = deflateSync(strToU8(JSON.stringify(workspace)), { level: 9 });
  const fragment = PREFIX + toBase64Url(packed);
  return fragment.length <= MOST_CHARACTERS ? fragment : undefined;
}

/**
 * The workspace in a fragment; undefined where it holds none. Throws a RangeError that says what is wrong with
 * one that is broken. Nothing in it is run: it is texts, which are then read like those of any file.
 */
export function workspaceOfFragment(fragment: string): Workspace | undefined {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(PREFIX)) {
    return undefined;
  }
  return checked(unpacked(fromBase64Url(text.slice(PREFIX.length))));
}

function unpacked(packed: Uint8Array): unknown {
  const room = new Uint8Array(MOST_UNPACKED);
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(packed, { out: room });
  } catch (error) {
    throw new RangeError("expected compressed text", { cause: error });
  }
  try {
    return JSON.parse(strFromU8(bytes), refuseProto) as unknown;
  } catch (error) {
    throw error instanceof RangeError ? error : new RangeError("expected JSON", { cause: error });
  }
}

/** As core refuses it in every file. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === "__proto__") {
    throw new RangeError("expected no key of the name __proto__, got one");
  }
  return value;
}

function checked(value: unknown): Workspace {
  const { fleet, files } = record(value);
  if (typeof fleet !== "string" || !Array.isArray(files) || files.length > MOST_FILES) {
    throw new RangeError("expected a fleet file and the files that it names");
  }
  return {
    fleet,
    files: files.map((file: unknown) => {
      const { name, text } = record(file);
      if (typeof name !== "string" || typeof text !== "string") {
        throw new RangeError("expected files with a name and a text");
      }
      return { name, text };
    }),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** Bytes a step: String.fromCharCode takes only so many arguments. */
const STEP = 8192;

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += STEP) {
    binary += String.fromCharCode(...bytes.subarray(at, at + STEP));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch (error) {
    throw new RangeError("expected base64 text", { cause: error });
  }
}
