let
  mkForce = version: "${version}-bookworm";
in
{
  services.forum.pgTag = mkForce "15";
}
