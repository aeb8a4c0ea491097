import { assert, assertEquals } from "@std/assert";
import type { Plan } from "../../../journal/plan.ts";
import { samplePlan, samplePlanTo18 } from "../../../tests/sample/plan.ts";
import {
  Killed,
  type Kind,
  SwitchHost,
} from "../../../tests/sample/switch_host.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { WaitingError } from "../contract.ts";
import { switcherFor } from "./choose.ts";
import { plannedRun } from "../../run/context.ts";

/**
 * What every switch promises, whatever it changes: each of them is put through
 * the same, on a host that is configured in its way.
 */

const UNIT_FILE = "/etc/systemd/system/podman-pleroma-db.service";
const IMAGE = "docker.io/library/postgres:15";
const MOUNT = "/srv/pleroma-db:/var/lib/postgresql/data";
const UNIT =
  `[Service]\nExecStart=/usr/bin/podman run --name=pleroma-db -v ${MOUNT} --rm ${IMAGE} # \n`;

const unitCommands: Kind["commands"] = (texts) =>
  /ExecStart=(.*) # $/m.exec(texts[UNIT_FILE] ?? "")?.[1]?.split(" ") ?? [];

/** The words that a person would change; for 18 those of the mount, too. */
function byHand(text: string, from: string, to: string): string {
  const moved = (reference: string) =>
    `/srv/pleroma-db:/var/lib/postgresql${
      reference.endsWith(":18") ? "" : "/data"
    } `;
  return text.replace(from, to).replace(moved(from), moved(to));
}

const QUADLET = "/etc/containers/systemd/podman-pleroma-db.container";
const lastOf = (key: string, text: string) =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].at(-1)?.[1] ?? "";
const NIX = "/etc/nixos/configuration.nix";
const NIX_MODULE = "/etc/nixos/db.nix";
const COMPOSE = "/srv/forum/compose.yaml";

const KINDS: Readonly<Record<string, Kind>> = {
  manual: {
    switch: "manual",
    files: { [UNIT_FILE]: UNIT },
    commands: unitCommands,
    byHand,
  },
  unit: {
    switch: "unit",
    files: { [UNIT_FILE]: UNIT },
    commands: unitCommands,
    byHand,
  },
  command: {
    switch: "command",
    files: { [UNIT_FILE]: UNIT },
    commands: unitCommands,
    byHand,
  },
  quadlet: {
    switch: "quadlet",
    source: QUADLET,
    files: {
      [QUADLET]: `[Container]\nImage=old\nVolume=${MOUNT}\n`,
      [`${QUADLET}.d/50-version.conf`]: `[Container]\n# ours\nImage=${IMAGE}\n`,
    },
    commands: (texts) => {
      const text = Object.entries(texts).filter(([path]) =>
        path.startsWith(QUADLET)
      ).sort(([a], [b]) => a < b ? -1 : 1).map(([, it]) => it).join("");
      const volume = lastOf("Volume", text);
      return ["podman", "run", "-v", volume, lastOf("Image", text)];
    },
  },
  nixos: {
    switch: "nixos",
    files: {
      [NIX]: `{ imports = [ ./db.nix ]; forum.tag = "15"; /* "15" */ }\n`,
      [NIX_MODULE]: `{ config, ... }: {
  virtualisation.oci-containers.containers.pleroma-db = {
    image = "docker.io/library/postgres:\${config.forum.tag}";
    volumes = [ "${MOUNT}" ];
  };
}
`,
    },
    // What a rebuild makes of them.
    commands: (texts) => {
      const tag = /forum.tag = "(\d+)"/.exec(texts[NIX] ?? "")?.[1];
      const volume = /"(\/srv.*)"/.exec(texts[NIX_MODULE] ?? "")?.[1] ?? "";
      const image = `docker.io/library/postgres:${tag}`;
      return ["podman", "run", "-v", volume, image];
    },
  },
  compose: {
    switch: "compose",
    live: true,
    files: {
      [COMPOSE]:
        `services:\n  db: # ours\n    container_name: pleroma-db\n    image: ${IMAGE}\n    volumes: [ "${MOUNT}" ]\n`,
    },
    commands: () => ["podman-compose", "-f", COMPOSE, "up", "-d", "db"],
  },
  tag: {
    switch: "tag",
    files: {},
    commands: (_, { tag }) => ["podman", "run", "-v", MOUNT, tag],
  },
};

/** A newer image under the same name. */
const floating = (plan: Plan): Plan => ({
  ...plan,
  to: { ...plan.to, reference: plan.from.reference, major: 15 },
});

for (const [name, kind] of Object.entries(KINDS)) {
  const plans = kind.switch === "tag"
    ? { "a newer build": floating(samplePlan()) }
    : {
      "17": samplePlan(),
      "18": samplePlanTo18({
        to: { ...samplePlanTo18().to, id: "18aa".repeat(16) },
      }),
    };

  /** The operator does what is asked of them, where that is the way. */
  const bring = async (host: SwitchHost, way: "apply" | "undo") => {
    const { from, to } = host.plan;
    if (kind.switch !== "manual") return await host[way]();
    const { ask } = await rejectedBy(host[way], WaitingError);
    const [one, other] = way === "apply" ? [from, to] : [to, from];
    assert(ask.includes(`the image: ${one.reference} → ${other.reference}`));
    host.edit(one.reference, other.reference);
  };

  for (const [to, plan] of Object.entries(plans)) {
    Deno.test(`--switch ${name} to ${to}: there and back, every byte as before`, async () => {
      const host = await SwitchHost.of(kind, plan);
      const before = host.configuration;
      assertEquals(await host.version(), "from");
      assert(!await host.isWritten());
      await bring(host, "apply");
      assertEquals(await host.version(), "to");
      const after = host.configuration;
      assertEquals(Object.keys(after), Object.keys(before));
      if (host.switcher.isWritten) assert(await host.isWritten());
      // Twice is once.
      if (kind.switch !== "manual") await host.apply();
      assertEquals(host.configuration, after);
      await bring(host, "undo");
      assertEquals(await host.version(), "from");
      assertEquals(host.configuration, before);
      assert(!await host.isWritten());
      if (kind.switch !== "manual") await host.undo();
      assertEquals(host.configuration, before);
    });

    // The operator's own hand is nothing that we could be killed in.
    if (kind.switch === "manual") continue;
    Deno.test(`--switch ${name} to ${to}: killed anywhere, it goes on, up or down`, async () => {
      const calm = await SwitchHost.of(kind, plan);
      const before = calm.configuration;
      await bring(calm, "apply");
      const { changes } = calm;
      assert(changes > 0);
      for (let killAt = 1; killAt <= changes; killAt++) {
        const up = await SwitchHost.of(kind, plan);
        up.killAt = killAt;
        await rejectedBy(() => bring(up, "apply"), Killed);
        up.killAt = Infinity;
        await bring(up, "apply");
        assertEquals(up.configuration, calm.configuration, `at ${killAt}`);
        assertEquals(await up.version(), "to", `at ${killAt}`);

        const down = await SwitchHost.of(kind, plan);
        down.killAt = killAt;
        await rejectedBy(() => bring(down, "apply"), Killed);
        down.killAt = Infinity;
        await bring(down, "undo");
        assertEquals(down.configuration, before, `at ${killAt}`);
        assertEquals(await down.version(), "from", `at ${killAt}`);
      }
    });
  }

  Deno.test(`--switch ${name}: what was not applied is undone without a trace`, async () => {
    const host = await SwitchHost.of(kind);
    const before = host.configuration;
    if (kind.switch !== "manual") await host.undo();
    assertEquals(host.configuration, before);
    assertEquals(await host.version(), "from");
  });

  Deno.test(`--switch ${name}: it says what it does, and how a person would`, async () => {
    const { commands, does, wayBack } = (await SwitchHost.of(kind)).switcher;
    for (const text of [does, wayBack]) {
      assert(/^[a-z].*[^.\n]$/.test(text), text);
    }
    assert(commands.length > 0 && commands.every((it) => it !== ""));
  });

  if (!["unit", "nixos", "quadlet", "compose"].includes(kind.switch)) continue;
  Deno.test(`--switch ${name}: what someone else has changed is theirs, up and down`, async () => {
    const [file = ""] = Object.entries(kind.files)
      .find(([, text]) => /postgres:15|"15"/.test(text)) ?? [];
    const up = await SwitchHost.of(kind);
    const mine = `${kind.files[file]}# mine\n`;
    // A unit file's change is made of the file as it stands when it is its turn.
    if (kind.switch !== "unit") {
      up.files.put(file, mine);
      const { ask } = await rejectedBy(up.apply, WaitingError);
      assert(ask.startsWith(`"${file}" was changed by someone else`), ask);
      assertEquals(up.configuration[file], mine);
    }
    const down = await SwitchHost.of(kind);
    await down.apply();
    const theirs = `${down.configuration[file]}# mine\n`;
    down.files.put(file, theirs);
    const { ask } = await rejectedBy(down.undo, WaitingError);
    assert(ask.startsWith(`"${file}" was changed by someone else since`), ask);
    assertEquals(down.configuration[file], theirs);
  });
}

Deno.test("A refused plan that has found no file still says what would change", () => {
  const rebuild = "nixos-rebuild switch";
  const none: readonly Plan["switch"][] = [
    { kind: "compose", changes: [] },
    { kind: "quadlet", changes: [] },
    { kind: "nixos", changes: [], rebuild, git: "" },
  ];
  for (const chosen of none) {
    const plan: Plan = { ...samplePlan(), switch: chosen };
    const { does, wayBack } = switcherFor(plannedRun(plan));
    assert(does.includes(" the configuration"), does);
    assert(wayBack.includes("the bytes of the configuration back"), wayBack);
  }
});
