import type { Container } from "../../port/containers.ts";
import type { Facts } from "../facts/facts.ts";
import { quoted } from "../../base/shell.ts";
import { type Check, ok, refuse } from "./check.ts";

/** Who makes a container again when it is gone, by the label that says so. */
interface Maker {
  readonly name: string;
  readonly label: RegExp;
  /** What to type so that nobody makes a container on these data. */
  readonly release: (container: Container) => string;
}

/**
 * The labels are those that each program writes on what it makes: swarm's
 * `agent/exec` and Portainer's stacks, which are swarm's; the kubelet's by the
 * CRI; Nomad's docker driver; ECS' agent; the supervisors of Rancher 1, of
 * balenaOS and of Home Assistant.
 */
const MAKERS: readonly Maker[] = [
  {
    name: "a swarm",
    label: /^com\.docker\.swarm\.(service|task|node)\./,
    release: ({ labels }) => {
      const service = labels["com.docker.swarm.service.name"] ?? "SERVICE";
      return `"docker service scale ${quoted(service)}=0"`;
    },
  },
  {
    name: "Kubernetes",
    label: /^io\.(kubernetes\.(pod|container)|cri-containerd)(\.|$)/,
    release: ({ labels }) => {
      const space = labels["io.kubernetes.pod.namespace"] ?? "NAMESPACE";
      return `"kubectl -n ${quoted(space)} scale --replicas=0 WORKLOAD"`;
    },
  },
  {
    name: "Nomad",
    label: /^com\.hashicorp\.nomad\./,
    release: ({ labels }) => {
      const job = labels["com.hashicorp.nomad.job_name"] ?? "JOB";
      return `"nomad job stop ${quoted(job)}"`;
    },
  },
  {
    name: "Amazon's ECS",
    label: /^com\.amazonaws\.ecs\./,
    release: () =>
      '"aws ecs update-service --service SERVICE --desired-count 0"',
  },
  {
    name: "Rancher",
    label: /^io\.rancher\.(container|stack_service)\./,
    release: () => "the service in Rancher",
  },
  {
    name: "balenaOS' supervisor",
    label: /^io\.(balena|resin)\.service-(id|name)$/,
    release: () => "the service in balena",
  },
  {
    name: "Home Assistant's supervisor",
    label: /^io\.hass\.type$/,
    release: () => "the add-on in Home Assistant",
  },
];

export const orchestrator: Check = {
  name: "orchestrator",
  about:
    "no swarm, Kubernetes, Nomad or the like makes the container again by itself",
  worst: "refuse",
  remedy:
    "have that stop it, and run the image on the same volume as a container of its own",
  look({ container, mount, named }: Facts) {
    const labels = Object.keys(container.labels);
    const maker = MAKERS.find(({ label }) =>
      labels.some((name) => label.test(name))
    );
    if (maker === undefined) return ok("none made the container");
    const source = named?.name ?? mount?.source ?? "VOLUME";
    const run = [
      ...["docker run -d --name pgladder-db --restart unless-stopped"],
      ...["-v", quoted(`${source}:${mount?.inner ?? "INNER"}`)],
      quoted(container.image.replace(/@sha256:.*$/, "")),
    ].join(" ");
    return refuse(
      `${maker.name} made "${container.name}", and makes another one on the same data whenever this one stops: two servers would write to one directory`,
      `Stop it there: ${
        maker.release(container)
      }. Run its image as a container of your own, "${run}" and what else it was given, upgrade that one, remove it, and only then let ${maker.name} start the new version again; or take a dump by hand`,
    );
  },
};
