import { describe, expect, test } from "vitest";
import { MAX_DEPTH, MAX_TEXT_CHARS, MAX_XML_DOCUMENTS } from "./limits.ts";
import { parseNvidiaSmi } from "./parse.ts";

const GPU = `<gpu id="00000000:00:06.0"><product_name>NVIDIA H100</product_name>
  <fb_memory_usage><total>81559 MiB</total></fb_memory_usage>
  <mig_mode><current_mig>Enabled</current_mig></mig_mode>
  <mig_devices><mig_device><index>0</index><gpu_instance_id>2</gpu_instance_id>
    <compute_instance_id>1</compute_instance_id>
    <fb_memory_usage><total>9984 MiB</total></fb_memory_usage></mig_device></mig_devices>
  <processes><process_info><pid>7</pid><process_name>a &lt;b&gt; &amp;amp; c</process_name>
    <used_memory>N/A</used_memory></process_info></processes></gpu>`;

function log(inside: string): string {
  return `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">
<nvidia_smi_log><driver_version>580.1</driver_version>${inside}</nvidia_smi_log>`;
}

test("a card with MIG devices and a process", () => {
  expect(parseNvidiaSmi(log(GPU))).toStrictEqual({
    kind: "xml",
    host: { driverVersion: { value: "580.1" } },
    gpus: [
      {
        index: 0,
        busId: { value: "00000000:00:06.0" },
        name: { value: "NVIDIA H100" },
        memoryTotalMiB: { value: 81_559 },
        migMode: { value: "Enabled" },
        migDevices: [
          {
            index: 0,
            gpuInstanceId: 2,
            computeInstanceId: 1,
            memoryTotalMiB: { value: 9984 },
          },
        ],
        processes: {
          value: [
            {
              pid: 7,
              name: { value: "a <b> &amp; c" },
              usedMiB: { unavailable: "N/A" },
            },
          ],
        },
      },
    ],
    warnings: [],
  });
});

test("fewer cards than attached is a warning", () => {
  expect(parseNvidiaSmi(log(`<attached_gpus>2</attached_gpus>${GPU}`)).warnings).toStrictEqual([
    { code: "gpu-lost", text: "2 cards attached, 1 listed" },
  ]);
});

test("processes that the card does not tell keep their words", () => {
  const report = parseNvidiaSmi(log("<gpu id='1'><processes>N/A</processes></gpu>"));
  expect(report).toMatchObject({ gpus: [{ processes: { unavailable: "N/A" } }] });
});

describe("hostile XML", () => {
  test.each([
    "<!DOCTYPE nvidia_smi_log>",
    '<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v10.dtd">',
    `<!DOCTYPE nvidia_smi_log PUBLIC '-//NVIDIA//v10' "nvsmi_device_v10.dtd">`,
  ])("%s is read, and the file that it names is not", (doctype) => {
    const report = parseNvidiaSmi(log(GPU).replace(/<!DOCTYPE.*>/, doctype));
    expect(report).toStrictEqual(parseNvidiaSmi(log(GPU)));
  });

  test.each([
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
    `<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v10.dtd"\n[\n<!ENTITY b SYSTEM "file:///etc/passwd">]>`,
    "<!DOCTYPE nvidia_smi_log [ ]>",
    '<!doctype nvidia_smi_log SYSTEM "<" [<!entity b "ha">]>',
    '<!ENTITY b "ha">',
  ])("%s in front of it is refused", (doctype) => {
    const text = `\n${doctype}<nvidia_smi_log><driver_version>&b;</driver_version>${GPU}</nvidia_smi_log>`;
    expect(() => parseNvidiaSmi(text)).toThrowError(
      /^line 2: expected a DOCTYPE that declares nothing, got declarations of entities or tags$/,
    );
    expect(() => parseNvidiaSmi(`${log(GPU)}\n${text}`)).toThrowError(/^line \d+: expected a DOC/);
  });

  test.each(["&b;", "&nbsp;", "&constructor;", "&toString;"])("%s is refused", (reference) => {
    expect(() => parseNvidiaSmi(log(GPU.replace("H100", reference)))).toThrowError(
      `line 3: expected well-formed XML: Named entity isn't defined: ${reference}`,
    );
  });

  test("XML's own entities and characters by number are read", () => {
    const report = parseNvidiaSmi(log(GPU.replace("H100", "&quot;&apos;&gt;&#72;&#x31;00")));
    expect(report).toMatchObject({ gpus: [{ name: { value: `NVIDIA "'>H100` } }] });
  });

  test("what is quoted of a broken tag is one line of bounded length", () => {
    const text = log(`<a\u001b]0;x\u0007\n${"y".repeat(100_000)}>`);
    const error = (() => {
      try {
        return parseNvidiaSmi(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect((error as Error).message).toMatch(
      /^line \d+: expected well-formed XML: [^\p{Cc}]{1,600}$/u,
    );
  });

  test("a tag with a prototype's name is a tag like any other", () => {
    const report = parseNvidiaSmi(log(`<__proto__><polluted>1</polluted></__proto__>${GPU}`));
    expect(report).toStrictEqual(parseNvidiaSmi(log(GPU)));
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  test("what XML may not hold is replaced in a process's name", () => {
    const report = parseNvidiaSmi(log(GPU.replace("a &lt;b", "a\u0001 &lt;b")));
    expect(report).toMatchObject({
      gpus: [{ processes: { value: [{ name: { value: "a\uFFFD <b> &amp; c" } }] } }],
    });
  });

  test.each([
    { what: "declarations inside", text: log("<!ENTITY a 'b'>"), says: /no declarations/ },
    { what: "nesting", text: log("<a>".repeat(MAX_DEPTH)), says: /deep, got more/ },
    { what: "tags without end", text: log("<a/>".repeat(400_000)), says: /tags nested/ },
    { what: "many documents", text: log("").repeat(MAX_XML_DOCUMENTS + 1), says: /documents/ },
    { what: "50 MB", text: log("a".repeat(50_000_000)), says: /at most 8388608 characters/ },
    { what: "crossed tags", text: log("<a><b></a></b>"), says: /expected well-formed XML/ },
    {
      what: "a missing end",
      text: log(GPU).slice(0, -9),
      says: /line \d+: expected <\/nvidia_smi/,
    },
    { what: "an empty root", text: "<nvidia_smi_log></nvidia_smi_log>", says: /expected <gpu> or/ },
  ])("$what: refused in one sentence", ({ text, says }) => {
    expect(text.length > MAX_TEXT_CHARS || text.includes("<nvidia_smi_log>")).toBe(true);
    expect(() => parseNvidiaSmi(text)).toThrowError(says);
  });
});
