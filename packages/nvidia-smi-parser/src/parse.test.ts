import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_LINE_CHARS, MAX_LINES } from "./limits.ts";
import { parseNvidiaSmi, parseNvidiaSmiOutputs } from "./parse.ts";

const LIST = "GPU 0: NVIDIA A30 (UUID: GPU-1)\n";
const CSV = "index, memory.total [MiB]\n0, 24576 MiB\n";
const P2P = " \tGPU0\tGPU1\n GPU0\tX\tOK\n GPU1\tOK\tX\n";
const XML = `<nvidia_smi_log>
<gpu id="1"><product_name>NVIDIA A30</product_name></gpu>
</nvidia_smi_log>
`;

describe("several outputs in one text", () => {
  test("all are read, the one that says most is preferred", () => {
    const text = `$ a\n${LIST}$ b\n${P2P}$ c\n${CSV}\n${XML}$ \n`;
    expect(parseNvidiaSmiOutputs(text).map((output) => output.kind)).toStrictEqual([
      "xml",
      "list",
      "p2p",
      "csv-gpus",
    ]);
    expect(parseNvidiaSmi(text).kind).toBe("xml");
  });

  test("the same twice is two outputs", () => {
    expect(parseNvidiaSmiOutputs(LIST + LIST).length).toBe(2);
    expect(parseNvidiaSmiOutputs(CSV + CSV).length).toBe(2);
  });

  test("one that is cut leaves a warning on the others", () => {
    expect(parseNvidiaSmi(`${LIST}index, name\n`).warnings).toMatchObject([
      { code: "cut", text: expect.stringContaining("expected a row below the header") },
    ]);
  });
});

describe("what stands around an output does not matter", () => {
  const plain = parseNvidiaSmi(LIST);
  test.each([
    { what: "a byte order mark", text: `\uFEFF${LIST}` },
    { what: "Windows line ends", text: LIST.replace("\n", "\r\n") },
    { what: "UTF-16 read as UTF-8", text: `\uFFFD\uFFFD${[...LIST].join("\u0000")}\u0000` },
    { what: "a code fence", text: `\`\`\`console\n${LIST}\`\`\`\n` },
    { what: "indentation", text: `      ${LIST}` },
    { what: "comment marks", text: `# ${LIST}` },
    { what: "the time of a CI log", text: `2026-11-22T11:16:01.1234567Z ${LIST}` },
    { what: "quote marks", text: `> ${LIST}` },
    { what: "terminal colours", text: `\u001b[1;32m${LIST.trim()}\u001b[0m\n` },
    { what: "a prompt", text: `user@host:~$ nvidia-smi -L\n${LIST}user@host:~$ ` },
  ])("$what", ({ text }) => {
    expect(parseNvidiaSmi(text)).toStrictEqual(plain);
  });
});

describe("what is no output is refused in one sentence", () => {
  test.each([
    { text: "", code: "empty", says: "expected nvidia-smi output, got an empty text" },
    { text: " \n\t\n", code: "empty", says: "expected nvidia-smi output, got an empty text" },
    { text: "hello", code: "not-nvidia-smi", says: 'CSV, -L, topo), got "hello"' },
    { text: "| a | b |\n|---|---|\n| 1 | 2 |", code: "not-nvidia-smi", says: "rows of nvidia-smi" },
    { text: "{}", code: "not-nvidia-smi", says: 'got "{}"' },
    {
      text: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure",
      code: "reported",
      says: "line 1: expected an output of nvidia-smi, got its error \"NVIDIA-SMI has failed because it couldn't communicate",
    },
    {
      text: "$ nvidia-smi\nNo devices were found",
      code: "reported",
      says: 'line 2: expected an output of nvidia-smi, got its error "No devices were found"',
    },
    {
      text: "Failed to initialize NVML: Driver/library version mismatch",
      code: "reported",
      says: "version mismatch",
    },
    { text: "bash: nvidia-smi: command not found", code: "reported", says: "command not found" },
    { text: "zsh: command not found: nvidia-smi", code: "reported", says: "command not found" },
    {
      text: "'nvidia-smi' is not recognized as an internal or external command,",
      code: "reported",
      says: "is not recognized as",
    },
    {
      text: "Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.",
      code: "reported",
      says: "GPU is lost",
    },
    {
      text: 'Field "foo" is not a valid field to query.',
      code: "reported",
      says: "not a valid field",
    },
    { text: "a".repeat(MAX_LINE_CHARS + 1), code: "too-large", says: "characters in a line" },
    { text: "a\n".repeat(MAX_LINES + 2), code: "too-large", says: "lines of nvidia-smi output" },
  ])("$code: $says", ({ text, code, says }) => {
    const error = thrownBy(() => parseNvidiaSmi(text));
    expect(error).toBeInstanceOf(NvidiaSmiParseError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
  });

  test("what is no text at all", () => {
    expect(thrownBy(() => parseNvidiaSmi(Buffer.from("x") as unknown as string))).toMatchObject({
      code: "not-nvidia-smi",
      message: "expected a text, got object",
    });
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Pieces of real outputs, so that random texts get past the first look. */
const PIECES = fc.constantFrom(
  ...LIST.split(" "),
  ...CSV.split(" "),
  ...P2P.split("\t"),
  ...XML.split("\n"),
  "| NVIDIA-SMI 580.1 Driver Version: ",
  "|   0  NVIDIA A30  Off | 00000000:0B:00.0 Off |  0 |",
  "| N/A   48C    P0   33W / 165W |  100MiB / 24576MiB |   7%  Default |",
  "| MIG devices: |",
  "| Processes: |",
  "|    0   N/A  N/A   438   C   python3   3590MiB |",
  "==============NVSMI LOG==============",
  "GPU 00000000:00:06.0",
  "    FB Memory Usage",
  "        Total      : 81559 MiB",
  "    Processes",
  "        Process ID      : 438",
  "GPU0\t X \tNV4",
  " : ",
  ",",
  "|",
  "\n",
  "\t",
);

test("no text makes it throw anything but its own error", () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.string({ unit: "binary", maxLength: 400 }),
    fc
      .array(fc.oneof(PIECES, fc.string({ maxLength: 8 })), { maxLength: 60 })
      .map((all) => all.join("")),
    fc.array(PIECES, { maxLength: 60 }).map((all) => all.join("\n")),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const error = thrownBy(() => parseNvidiaSmiOutputs(text));
      expect(error === undefined || error instanceof NvidiaSmiParseError).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
