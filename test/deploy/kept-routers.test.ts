// Routers that a bundle keeps running: as a service of Compose, or as a unit of systemd.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { endpointsOf } from "../../packages/core/src/deploy/endpoints-of.ts";
import { renderDeployment } from "../../packages/core/src/deploy/render.ts";
import { listRouters, routerOf } from "../../packages/core/src/deploy/routers/registry.ts";
import { renderRouter } from "../../packages/core/src/deploy/routers/render-router.ts";
import type { RouterChoice } from "../../packages/core/src/deploy/routers/router-choice.ts";
import type { RouterId } from "../../packages/core/src/deploy/routers/router-id.ts";
import { listTargets } from "../../packages/core/src/deploy/targets/registry.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { fourEngines, fourOnOne, oneFamily, planFor } from "../fixtures/deploy-plans.ts";
import { freePorts } from "../support/free-ports.ts";
import { type Bundle, removeBundles, writeBundle } from "../support/run-bundle.ts";
import { describeWith, testWith } from "../support/tools.ts";

removeBundles();

/** From the system, where they are installed; no dependencies of ours. */
const DOCKER_COMPOSE = "docker-compose";
const SYSTEMD_ANALYZE = "systemd-analyze";

const KEPT: readonly RouterId[] = listRouters()
  .map(({ id }) => id)
  .filter((id) => routerOf(id).container !== undefined);

interface Wish {
  readonly target: TargetId;
  readonly router: RouterChoice;
}

/** A bundle with its router, as the command line writes it. */
function bundleOf(plan: PlanDocument, { target, router }: Wish): Bundle {
  const servers = renderDeployment(plan, target, { router });
  const routed = renderRouter(plan, endpointsOf(plan, target), router);
  return writeBundle([
    ...(servers.ok ? servers.artifacts : []),
    ...(routed.ok ? routed.artifacts : []),
  ]);
}

/** Replicas on two hosts, for engines that Compose and systemd start. */
const overHosts = (): PlanDocument => oneFamily("vllm");

test("every router but the one that starts servers itself can be kept running", () => {
  expect(KEPT).toEqual(["litellm", "haproxy", "nginx", "envoy-ai-gateway"]);
});

describe("llama-swap, which starts the servers itself", () => {
  const refusals = (target: TargetId): readonly string[] => {
    const plan = planFor(target);
    const result = renderRouter(plan, endpointsOf(plan, target), { id: "llama-swap" });
    return result.ok ? [] : result.refusals.map(({ text }) => text);
  };

  test.each([
    { target: "compose", by: "Docker Compose" },
    { target: "systemd", by: "systemd" },
    { target: "slurm", by: "Slurm" },
  ] as const)("is refused for $target, which would start them as well", ({ target, by }) => {
    expect(refusals(target)).toEqual([
      `llama-swap starts the servers itself, when they are asked for, and ${by} would start them as well; use the target scripts, or the router haproxy, nginx or litellm`,
    ]);
  });

  test.each(["kubernetes", "dynamo", "ray-serve"] as const)("is refused for %s", (target) => {
    expect(refusals(target)[0]).toMatch(/bring an endpoint of their own/);
  });

  test("is written for the target that the refusal names", () => {
    expect(refusals("scripts")).toEqual([]);
  });
});

/** Compose has a service in a file that is there anyway. */
const WRITES: readonly TargetId[] = ["systemd", "slurm"];

test("targets that keep nothing running write no files of a router", () => {
  for (const { id: target } of listTargets()) {
    const plan = planFor(target);
    const paths = (router?: RouterChoice): readonly string[] => {
      const result = renderDeployment(plan, target, router === undefined ? {} : { router });
      return result.ok ? result.artifacts.map(({ path }) => path) : ["refused"];
    };
    const added = paths({ id: "haproxy" }).filter((path) => !paths().includes(path));
    expect([target, added.length > 0]).toEqual([target, WRITES.includes(target)]);
  }
});

describe("the service of Compose", () => {
  const services = (plan: PlanDocument, id: RouterId): Record<string, object> =>
    parse(bundleOf(plan, { target: "compose", router: { id } }).read("bundle/compose.yaml"), {
      version: "1.1",
    }).services;

  test.each(KEPT)(
    "of %s waits for every engine, starts again, and can't change its configuration",
    (id) => {
      const all = services(fourEngines(), id);
      expect(Object.keys(all)).toEqual(["long", "chat", "coder", "small", "router"]);
      const healthy = { condition: "service_healthy" };
      expect(all["router"]).toMatchObject({
        image: expect.stringMatching(/^[a-z.]+\/[a-z/-]+:v?\d+\.\d+\.\d+[a-z0-9.-]*$/),
        network_mode: "host",
        restart: "unless-stopped",
        depends_on: { long: healthy, chat: healthy, coder: healthy, small: healthy },
        volumes: [{ type: "bind", source: "./router", target: "/berth/router", read_only: true }],
        healthcheck: { test: expect.arrayContaining(["CMD"]) },
      });
      // the host's network is its own: nothing is published beside
      expect(all["router"]).not.toHaveProperty("ports");
    },
  );

  test("has a name that no model has", () => {
    const plan = fourEngines();
    const deployments = plan.deployments.map((each) =>
      each.model === "small" ? { ...each, model: "router" } : each,
    );
    expect(Object.keys(services({ ...plan, deployments }, "haproxy"))).toEqual([
      "long",
      "chat",
      "coder",
      "router",
      "router-2",
    ]);
  });

  test("of Envoy AI Gateway, whose image has no shell, reads what is filled in already", () => {
    const router = {
      id: "envoy-ai-gateway",
      aliases: [{ name: "gpt-4o", model: "chat" }],
    } as const;
    const filled = bundleOf(fourEngines(), { target: "compose", router }).read(
      "bundle/router/gateway.yaml",
    );
    expect(filled).not.toMatch(/@[A-Z_]+@/);
    expect(filled).toContain("port: 4000\n");
    expect(filled).toContain("gpt-4o");
  });

  describeWith("docker-compose", "is taken by docker-compose", () => {
    const config = (
      bundle: Bundle,
      folder: string,
    ): { readonly out: string; readonly err: string } => {
      const { stdout, stderr } = spawnSync(DOCKER_COMPOSE, ["config"], {
        cwd: join(bundle.folder, "bundle", folder),
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", BERTH_ROUTER_KEY: "s3cret" },
      });
      return { out: stdout, err: stderr };
    };

    test.each(KEPT)("%s", (id) => {
      const { out, err } = config(
        bundleOf(fourEngines(), { target: "compose", router: { id } }),
        "",
      );
      expect(err).toBe("");
      const { router } = parse(out).services;
      // keys come from the environment of Compose, and stand in no file
      expect(router.environment?.BERTH_ROUTER_KEY ?? "s3cret").toBe("s3cret");
      const asked = router.healthcheck.test.join(" ");
      expect(asked).toMatch(
        id === "envoy-ai-gateway" ? /\/app healthcheck/ : /127\.0\.0\.1:4000\/health/,
      );
    });

    test("beside several hosts it is a project of its own, which is told their addresses", () => {
      const bundle = bundleOf(overHosts(), { target: "compose", router: { id: "nginx" } });
      const { out, err } = config(bundle, "router");
      expect(err).toBe("");
      const { router } = parse(out).services;
      expect(Object.keys(router.environment)).toEqual(
        expect.arrayContaining(["BERTH_ADDRESS_LEFT", "BERTH_ADDRESS_RIGHT", "BERTH_ROUTER_KEY"]),
      );
      expect(router).not.toHaveProperty("depends_on");
      for (const host of ["left", "right"]) {
        const own = config(bundle, `hosts/${host}`);
        expect(Object.keys(parse(own.out).services)).not.toContain("router");
      }
    });
  });
});

describe("the unit of systemd", () => {
  const UNIT = "berth_router.service";
  const systemd = (plan: PlanDocument, id: RouterId): Bundle =>
    bundleOf(plan, { target: "systemd", router: { id } });
  const lines = (bundle: Bundle): readonly string[] =>
    bundle.read(`bundle/router/${UNIT}`).split("\n");

  test("starts after every server, with the target, and has no rights", () => {
    const bundle = systemd(fourEngines(), "haproxy");
    expect(lines(bundle)).toEqual(
      expect.arrayContaining([
        "After=network-online.target berth-long.service berth-chat.service berth-coder.service berth-small.service",
        "PartOf=berth.target",
        "DynamicUser=yes",
        "Restart=always",
        "EnvironmentFile=-/etc/berth/router.env",
        "WantedBy=berth.target",
      ]),
    );
    expect(bundle.read("bundle/units/berth.target")).toContain(` ${UNIT}\n`);
    // an engine that does not start keeps no other from being reached
    expect(lines(bundle).some((line) => line.startsWith("Requires="))).toBe(false);
  });

  test("its variables are comments: no key stands in the bundle", () => {
    const text = systemd(overHosts(), "nginx").read("bundle/router/router.env");
    expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
    expect(text).toContain("# BERTH_ROUTER_KEY=\n");
    expect(text).toContain("# BERTH_ADDRESS_LEFT=left\n");
  });

  test("install.sh installs it, and takes it away when the next bundle has none", () => {
    const it = systemd(fourOnOne("vllm"), "haproxy");
    const root = join(it.folder, "root");
    expect(it.run("install.sh", { BERTH_ROOT: root })).toMatchObject({ code: 0, err: "" });
    const units = join(root, "etc/systemd/system");
    expect(readdirSync(units)).toContain(UNIT);
    expect(existsSync(join(root, "opt/berth/router/haproxy.cfg"))).toBe(true);
    expect(existsSync(join(root, "etc/berth/router.env"))).toBe(true);
    const plain = renderDeployment(fourOnOne("vllm"), "systemd");
    const next = writeBundle(plain.ok ? plain.artifacts : []);
    expect(next.run("install.sh", { BERTH_ROOT: root }).code).toBe(0);
    expect(readdirSync(units)).not.toContain(UNIT);
    expect(existsSync(join(root, "opt/berth/router"))).toBe(false);
  });

  test("beside several hosts it installs by itself, on any of them or on another", () => {
    const it = systemd(overHosts(), "nginx");
    expect(lines(it)).toContain("After=network-online.target");
    expect(lines(it)).toContain("WantedBy=multi-user.target");
    const root = join(it.folder, "root");
    expect(it.run("router/install.sh", { BERTH_ROOT: root })).toMatchObject({ code: 0, err: "" });
    expect(readdirSync(join(root, "etc/systemd/system"))).toEqual([UNIT]);
    // a host's own files leave it alone
    expect(it.run("hosts/left/install.sh", { BERTH_ROOT: root }).code).toBe(0);
    expect(it.run("hosts/left/install.sh", { BERTH_ROOT: root }).code).toBe(0);
    expect(readdirSync(join(root, "etc/systemd/system"))).toContain(UNIT);
    expect(existsSync(join(root, "opt/berth/router/start.sh"))).toBe(true);
  });

  describeWith("systemd-analyze", "systemd-analyze verify has nothing to say", () => {
    test.each(KEPT)("on %s", (id) => {
      const bundle = systemd(fourEngines(), id);
      const units = join(bundle.folder, "bundle/units");
      const { status, stderr } = spawnSync(
        SYSTEMD_ANALYZE,
        ["verify", "--man=no", join(bundle.folder, "bundle/router", UNIT)],
        {
          encoding: "utf8",
          env: { PATH: process.env["PATH"] ?? "", SYSTEMD_UNIT_PATH: `${units}:` },
        },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    });
  });

  /** The command of a line of the unit, as systemd hands it to a shell. */
  function command(unit: string, key: string): string {
    const line = unit.split("\n").find((each) => each.startsWith(`${key}=`)) ?? "";
    return line.slice(key.length + 1).replaceAll("$$", "$");
  }

  testWith(
    "haproxy",
    "its commands start HAProxy from where it is installed, and wait until it answers",
    async () => {
      const it = systemd(fourOnOne("vllm"), "haproxy");
      const root = join(it.folder, "root");
      it.run("install.sh", { BERTH_ROOT: root });
      const unit = readFileSync(join(root, "etc/systemd/system", UNIT), "utf8");
      const env = {
        PATH: process.env["PATH"] ?? "",
        BERTH_ROUTER_PORT: String(await freePorts()),
      };
      const start = command(unit, "ExecStart").replace("/opt/", `${root}/opt/`).split(" ");
      const child = spawn(start[0] ?? "", start.slice(1), { env, stdio: "ignore" });
      try {
        const waited = spawnSync("/bin/sh", ["-c", command(unit, "ExecStartPost")], {
          env,
          timeout: 120_000,
          encoding: "utf8",
        });
        expect(waited).toMatchObject({ status: 0, stderr: "" });
        const models = await fetch(`http://127.0.0.1:${env.BERTH_ROUTER_PORT}/v1/models`);
        expect(((await models.json()) as { data: unknown[] }).data).toHaveLength(4);
      } finally {
        child.kill("SIGTERM");
      }
    },
  );
});

describe("the job of Slurm", () => {
  const slurm = (plan: PlanDocument): Bundle =>
    bundleOf(plan, { target: "slurm", router: { id: "haproxy" } });
  const inFolder = (it: Bundle, folder: string): Readonly<Record<string, string>> => ({
    SLURM_SUBMIT_DIR: join(it.folder, "bundle", folder),
    SLURM_JOB_ID: "1",
    SLURM_JOB_NODELIST: "gpu[07-09]",
  });

  test("reaches the servers on the nodes that their jobs found themselves on", () => {
    const it = slurm(fourEngines());
    it.program("haproxy", "env | grep ^BERTH_ADDRESS_ | sort");
    for (const [name, node] of [
      ["chat", "gpu07"],
      ["long", "gpu09"],
    ] as const) {
      it.write(`bundle/jobs/${name}/start-all.sh`, "#!/bin/sh\n");
      const environment = { ...inFolder(it, `jobs/${name}`), SLURMD_NODENAME: node };
      expect(it.run(`jobs/${name}/job.sh`, environment)).toMatchObject({ code: 0, err: "" });
    }
    const ran = it.run("router/job.sh", { ...inFolder(it, "router"), SLURMD_NODENAME: "login1" });
    expect(ran).toEqual({
      code: 0,
      err: "",
      out: "the endpoint is on login1\nBERTH_ADDRESS_CHAT=gpu07\nBERTH_ADDRESS_LONG=gpu09\n",
    });
  });

  test("is told a node also where there is one job: it may run on another", () => {
    const it = slurm(fourOnOne("vllm"));
    expect(it.read("bundle/router/haproxy.cfg")).toContain(`"\${BERTH_ADDRESS_CHAT}:8000"`);
    const ran = it.run("router/start.sh");
    expect(ran.code).toBe(2);
    expect(ran.err).toBe('start: set BERTH_ADDRESS_CHAT to the address of the host "chat"\n');
  });

  test("is submitted after the others, whose old nodes are forgotten", () => {
    const it = slurm(fourEngines());
    it.program("sbatch", 'echo "$(basename "$PWD") $*" >>"$FOLDER/submitted"');
    it.write("bundle/jobs/chat/address", "gone\n");
    expect(it.run("submit-all.sh")).toMatchObject({ code: 0, err: "" });
    expect(it.read("submitted")).toBe("chat job.sh\nlong job.sh\nrouter job.sh\n");
    expect(existsSync(join(it.folder, "bundle/jobs/chat/address"))).toBe(false);
  });

  testWith("haproxy", "its configuration is one that HAProxy takes", () => {
    const it = slurm(fourEngines());
    const ran = spawnSync(join(it.folder, "bundle/router/start.sh"), ["check"], {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "",
        BERTH_ADDRESS_CHAT: "127.0.0.2",
        BERTH_ADDRESS_LONG: "127.0.0.3",
      },
    });
    expect(ran.status).toBe(0);
  });
});
