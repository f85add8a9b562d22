import { expect, test } from "vitest";
import { loadTensors, TensorBackendError } from "./tensors.ts";

test("who asks at the same time gets the same backend", async () => {
  const asked = Array.from({ length: 4 }, () => loadTensors());
  const backends = (await Promise.all(asked)).map(({ backend }) => backend);
  expect(new Set(backends).size).toBe(1);
  expect(["native", "wasm"]).toContain(backends[0]);
});

test("a backend that is not there does not stop the next one", async () => {
  const [missing, found] = await Promise.allSettled([
    loadTensors({ backend: "native" }),
    loadTensors({ backend: "wasm" }),
  ]);
  expect(found.status).toBe("fulfilled");
  if (missing.status === "rejected") {
    expect(missing.reason).toBeInstanceOf(TensorBackendError);
  }
});
