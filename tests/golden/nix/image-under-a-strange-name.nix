{
  services.gitlab-runner.services.default = {
    dockerImage = "docker.io/library/postgres:15";
    buildsDir = "/srv/db";
  };
}
