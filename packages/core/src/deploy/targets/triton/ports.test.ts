import { describe, expect, test } from "vitest";
import { tritonPorts } from "./ports.ts";

describe("ports of Triton servers", () => {
  test("three each, ten apart", () => {
    const ports = tritonPorts({ firstPort: 9000 });
    expect(ports("a", 0)).toEqual({ http: 9000, grpc: 9001, metrics: 9002 });
    expect(ports("b", 1).http).toBe(9010);
  });

  test("a server keeps those that it has, and no other gets one of the three", () => {
    const ports = tritonPorts({ firstPort: 9000, keptPorts: new Map([["b", 9000]]) });
    expect(["a", "b", "c"].map((file, at) => ports(file, at).http)).toEqual([9010, 9000, 9020]);
    // 9011 lies among 9010 to 9012
    const near = tritonPorts({ firstPort: 9010, keptPorts: new Map([["other", 9011]]) });
    expect(near("a", 0).http).toBe(9020);
  });
});
