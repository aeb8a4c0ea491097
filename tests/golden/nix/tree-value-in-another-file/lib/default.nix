{ pkgs }: {
  registry = "docker.io/library";
}
