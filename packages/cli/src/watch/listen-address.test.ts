import { describe, expect, test } from "vitest";
import { hostNameOf, isLoopback, listenAddress } from "./listen-address.ts";

describe("where metrics are served", () => {
  test.each([
    ["127.0.0.1:9410", "127.0.0.1", 9410],
    ["127.8.0.1:1", "127.8.0.1", 1],
    ["localhost:9410", "localhost", 9410],
    ["[::1]:65535", "::1", 65_535],
  ])("%s", (text, host, port) => {
    expect(listenAddress(text, [])).toEqual({ host, port });
  });

  test.each(["0.0.0.0:9410", "[::]:9410", "192.168.1.4:9410", "[fe80::1]:9410"])(
    "%s needs a name that may ask",
    (text) => {
      expect(() => listenAddress(text, [])).toThrow("--allow-host NAME");
      expect(listenAddress(text, ["box"]).port).toBe(9410);
    },
  );

  test.each([
    "9410",
    "127.0.0.1",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "box:9410",
    "[::1",
    ":9410",
    "127.0.0.1:9410/x",
  ])("%s is no address", (text) => {
    expect(() => listenAddress(text, ["box"])).toThrow("expected an address such as");
  });
});

test.each([
  ["127.0.0.1:9410", true],
  ["localhost", true],
  ["LOCALHOST:1", true],
  ["[::1]:9410", true],
  ["evil.example:9410", false],
  ["127.0.0.1.evil.example", false],
  ["localhost.evil.example:9410", false],
  ["", false],
  [undefined, false],
])("Host: %s is this machine: %s", (header, expected) => {
  expect(isLoopback(hostNameOf(header))).toBe(expected);
});
