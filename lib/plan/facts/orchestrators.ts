import { quoted } from "../../base/shell.ts";
import type { Container } from "../../port/containers.ts";

/** Who makes a container again when it is gone, by the label that says so. */
export interface Maker {
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

/** Whoever makes this container again when it is gone, by its labels. */
export function orchestratorOf({ labels }: Container): Maker | undefined {
  const names = Object.keys(labels);
  return MAKERS.find(({ label }) => names.some((name) => label.test(name)));
}
