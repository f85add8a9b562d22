import { expect, test } from "vitest";
import { parseSshAddress, sshArgs } from "./ssh-address.ts";

test.each([
  { text: "ssh://box", expected: { host: "box" } },
  { text: "ssh://me@box.lan:2222/", expected: { host: "box.lan", user: "me", port: 2222 } },
  { text: "ssh://[fe80::1%eth0]:22", expected: { host: "fe80::1%eth0", port: 22 } },
])("$text", ({ text, expected }) => {
  expect(parseSshAddress(text)).toEqual(expected);
});

test.each([
  "ssh://",
  "ssh:box",
  "ssh://-oProxyCommand=x",
  "ssh://-l@box",
  "ssh://box:0",
  "ssh://box:65536",
  "ssh://box/path",
  "ssh://a b",
  "ssh://me:secret@box",
])("%s is refused", (text) => {
  expect(() => parseSshAddress(text)).toThrow("expected ssh://host");
});

test("the host stands behind --, and no password is asked for", () => {
  expect(sshArgs({ host: "box", user: "me", port: 22 }, "nvidia-smi -L")).toEqual(
    "-T -o BatchMode=yes -o ConnectTimeout=10 -p 22 -- me@box".split(" ").concat("nvidia-smi -L"),
  );
});
