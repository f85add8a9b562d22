import { defineConfig } from "vitest/config";

const PATIENCE_MS = 180_000;

export default defineConfig({
  resolve: { conditions: ["berth-source"] },
  ssr: { resolve: { conditions: ["berth-source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    benchmark: { include: ["packages/*/src/**/*.bench.ts", "test/**/*.bench.ts"] },
    globalSetup: ["test/support/bundle-berth.ts"],
    setupFiles: ["test/support/seed.ts"],
    // all cores: vitest itself would leave one for others, and CI has two
    maxWorkers: "100%",
    // a limit ends what hangs, and says nothing of speed: the slowest test takes a fraction of it on a busy machine
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
  },
});
