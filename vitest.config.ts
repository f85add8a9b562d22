import { defineConfig } from "vitest/config";

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
    testTimeout: 60_000,
  },
});
