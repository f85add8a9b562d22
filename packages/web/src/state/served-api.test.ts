import { expect, test } from "vitest";
import { createServedApi } from "./served-api.ts";

/** A server that gives one answer, and keeps what it was asked. */
function answering(body: BodyInit | null, init: ResponseInit = {}) {
  const asked: Request[] = [];
  const ask = async (path: unknown, wish?: RequestInit) => {
    asked.push(new Request(`http://berth/${String(path)}`, wish));
    return new Response(body, init);
  };
  return { api: createServedApi("secret", ask as typeof fetch), asked };
}

test("every request has the token; a save says what it was read from", async () => {
  const { api, asked } = answering('{"etag":"2"}');
  expect(await api.save("models: []", "1")).toBe("2");
  expect(asked[0]?.headers.get("authorization")).toBe("Bearer secret");
  expect(asked[0]?.headers.get("if-match")).toBe("1");
  await api.save("models: []", undefined);
  expect(asked[1]?.headers.get("if-none-match")).toBe("*");
});

test("names of files are quoted, folder by folder", async () => {
  const { api, asked } = answering("text");
  await api.file("a b/#.yaml");
  expect(asked[0]?.url).toBe("http://berth/api/files/a%20b/%23.yaml");
});

test("a refusal is its own sentence; an answer of something else says so", async () => {
  const refused = answering('{"error":{"code":"changed","message":"It changed."}}', {
    status: 412,
  });
  await expect(refused.api.save("", "1")).rejects.toThrow("It changed.");
  const broken = answering("<html>", { status: 502 });
  await expect(broken.api.session()).rejects.toThrow("berth serve answered 502");
});

test("events come whole, however they are cut", async () => {
  const stream =
    'event: inventory\ndata: {"schema":"berth/inventory@1"}\n\n: still here\n\nevent: problem\ndata: {"error":{"message":"No nvidia-smi."}}\n\n';
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const byte of new TextEncoder().encode(stream)) {
        controller.enqueue(Uint8Array.of(byte));
      }
      controller.close();
    },
  });
  const heard: unknown[] = [];
  const { api } = answering(body);
  const listener = {
    onInventory: (inventory: unknown) => heard.push(inventory),
    onProblem: (message: string) => heard.push(message),
  };
  await api.watch(listener, new AbortController().signal);
  expect(heard).toEqual([{ schema: "berth/inventory@1" }, "No nvidia-smi."]);
});
