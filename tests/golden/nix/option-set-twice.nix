{ lib, ... }:

lib.mkMerge [
  { services.forum.pgTag = "15"; }
  { services.forum.pgTag = "15"; }
]
