import { assert, assertEquals } from "@std/assert";
import { sampleFacts, sampleSettings } from "../../../tests/sample/found.ts";
import { testCases } from "../../../tests/sample/firing.ts";
import { orchestrator } from "./orchestrator.ts";

const { container } = sampleFacts();

const look = (labels: Record<string, string>) =>
  orchestrator.look(
    sampleFacts({ container: { ...container, labels } }),
    sampleSettings(),
  );

const MADE: readonly (readonly [string, Record<string, string>, string])[] = [
  [
    "a swarm",
    {
      "com.docker.swarm.service.id": "x1",
      "com.docker.swarm.service.name": "feeds_db",
    },
    '"docker service scale feeds_db=0"',
  ],
  [
    "a swarm",
    { "com.docker.stack.namespace": "feeds", "com.docker.swarm.task.id": "t" },
    '"docker service scale SERVICE=0"',
  ],
  [
    "Kubernetes",
    { "io.kubernetes.pod.name": "db-0", "io.kubernetes.pod.namespace": "web" },
    '"kubectl -n web scale --replicas=0 WORKLOAD"',
  ],
  [
    "Kubernetes",
    { "io.cri-containerd.kind": "container" },
    '"kubectl -n NAMESPACE scale --replicas=0 WORKLOAD"',
  ],
  [
    "Nomad",
    { "com.hashicorp.nomad.alloc_id": "a" },
    '"nomad job stop JOB"',
  ],
  ["Amazon's ECS", { "com.amazonaws.ecs.task-arn": "a" }, '"aws ecs '],
  ["Home Assistant's supervisor", { "io.hass.type": "addon" }, "the add-on"],
];

for (const [name, labels, release] of MADE) {
  Deno.test(`${name} by ${Object.keys(labels)[0]}: refused, with the way out`, () => {
    const { found, level, remedy = "" } = look(labels);
    assertEquals(level, "refuse");
    assert(found.startsWith(`${name} made "pleroma-db", and makes`), found);
    assert(remedy.startsWith(`Stop it there: ${release}`), remedy);
    assert(
      remedy.includes(
        "-v /srv/pleroma-db:/var/lib/postgresql/data docker.io/library/postgres:15",
      ),
      remedy,
    );
  });
}

Deno.test("Labels of compose, podman and people are nobody's who makes it again", () => {
  for (
    const label of [
      "com.docker.compose.project",
      "io.podman.compose.project",
      "PODMAN_SYSTEMD_UNIT",
      "io.kubernetes",
      "com.docker.stack.namespace",
      "com.docker.swarmish",
    ]
  ) assertEquals(look({ [label]: "x" }).level, "ok", label);
});

testCases([{
  check: "orchestrator",
  facts: {
    container: {
      ...container,
      labels: { "com.hashicorp.nomad.job_name": "shop's" },
    },
  },
  level: "refuse",
  found:
    'Nomad made "pleroma-db", and makes another one on the same data whenever this one stops: two servers would write to one directory',
  remedy:
    `Stop it there: "nomad job stop 'shop'\\''s'". Run its image as a container of your own, "docker run -d --name pgladder-db --restart unless-stopped -v /srv/pleroma-db:/var/lib/postgresql/data docker.io/library/postgres:15" and what else it was given, upgrade that one, remove it, and only then let Nomad start the new version again; or take a dump by hand`,
}]);
