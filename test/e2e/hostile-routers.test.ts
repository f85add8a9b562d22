import fc from "fast-check";
import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { type StandIn, startStandIn } from "../support/openai-stand-in.ts";
import { startRouter } from "../support/running-router.ts";
import { describeWith } from "../support/tools.ts";

/** How clients write a name in JSON: as it is, or all but printable ASCII escaped, in small or capital digits. */
const WRITERS = [
  { how: "as it is", write: JSON.stringify },
  { how: "escaped", write: (text: string) => escaped(text, (hex) => hex) },
  {
    how: "escaped in capitals",
    write: (text: string) => escaped(text, (hex) => hex.toUpperCase()),
  },
  {
    how: "with escaped slashes",
    write: (text: string) => JSON.stringify(text).replaceAll("/", "\\/"),
  },
];

function escaped(text: string, digits: (hex: string) => string): string {
  const units = text.replace(/[^\b\t\n\f\r]/g, (unit) =>
    /[ -~]/.test(unit)
      ? JSON.stringify(unit).slice(1, -1)
      : `\\u${digits(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`,
  );
  const short = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" } as const;
  return `"${units.replace(/[\b\t\n\f\r]/g, (unit) => short[unit as keyof typeof short])}"`;
}

const drawn = fc
  .string({ unit: "binary", minLength: 1, maxLength: 20 })
  .map((text) => text.replace(/\0|\p{Surrogate}/gu, "x"));

for (const { id, tool } of [
  { id: "haproxy", tool: "haproxy" },
  { id: "nginx", tool: "nginx with njs" },
] as const) {
  describeWith(tool, `${id} with names that could mean something to it`, () => {
    test("each reaches its own server, however clients write it", async () => {
      const names = [...new Set([...HOSTILE_NAMES, ...fc.sample(drawn, { numRuns: 40, seed: 7 })])];
      const servers: StandIn[] = [];
      for (const at of names.keys()) {
        servers.push(await startStandIn(String(at)));
      }
      const served = names.map((model, at) => ({ model, server: servers[at] ?? { port: 0 } }));
      const router = await startRouter(served, { id });
      try {
        for (const { how, write } of WRITERS) {
          for (const [at, name] of names.entries()) {
            const answer = await router.post(`{"model":${write(name)}}`);
            expect([how, name, await answer.json()]).toEqual([how, name, { servedBy: String(at) }]);
          }
        }
        const list = (await (await router.get("/v1/models")).json()) as {
          readonly data: readonly { readonly id: string }[];
        };
        expect(list.data.map((each) => each.id)).toEqual(names);
      } finally {
        await router.stop();
        await Promise.all(servers.map((server) => server.stop()));
      }
    });
  });
}

describeWith("nginx with njs", "nginx before a server that answers to one name only", () => {
  test("other names are written anew, all else of the body stays", async () => {
    const server = await startStandIn("only");
    const router = await startRouter(
      [{ model: "m", server, name: "org/real", takesAnyName: false }],
      { id: "nginx", aliases: [{ name: "gpt-4o", model: "m" }] },
    );
    try {
      for (const model of ["m", "gpt-4o"]) {
        await router.post(JSON.stringify({ messages: ["é"], model, stream: false }));
      }
      expect(server.received.map((each) => each.model)).toEqual(["org/real", "org/real"]);
      expect(server.received[0]?.bytes).toBe(
        '{"messages":["é"],"model":"org/real","stream":false}'.length,
      );
    } finally {
      await router.stop();
      await server.stop();
    }
  });
});
