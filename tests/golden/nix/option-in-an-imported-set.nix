{
  services = {
    inherit ({ forum = { pgTag = "15"; enable = true; }; }) forum;
  };
}
