# A small stand-in for NixOS: the part of the module system that an operator's
# configuration of a containerised database uses, and the unit that
# virtualisation.oci-containers makes of each container.
{ configuration, specialArgs ? { } }:

let
  inherit (builtins) attrNames concatMap concatStringsSep elemAt filter foldl'
    hashString head isAttrs isFunction isList isPath length listToAttrs map
    mapAttrs sort substring tail;

  lib = rec {
    mkOverride = priority: content: { _type = "override"; inherit priority content; };
    mkForce = mkOverride 50;
    mkDefault = mkOverride 1000;
    mkIf = condition: content: { _type = "if"; inherit condition content; };
    mkMerge = contents: { _type = "merge"; inherit contents; };
    mkOption = option: option // { _type = "option"; };
    mkEnableOption = description: mkOption { inherit description; default = false; };
    types = { str.name = "str"; bool.name = "bool"; path.name = "path"; int.name = "int"; };
  };

  load = from: module:
    let
      file = if isAttrs module || isFunction module then from else toString module;
      raw = if isAttrs module || isFunction module then module else import module;
      value = if isFunction raw then raw ({ config = values; inherit lib; pkgs = { }; } // specialArgs) else raw;
      parts =
        if value ? config || value ? options
        then { config = value.config or { }; options = value.options or { }; }
        else { config = removeAttrs value [ "imports" ]; options = { }; };
    in
    [ (parts // { inherit file; }) ] ++ concatMap (load file) (value.imports or [ ]);

  # Where an option is declared, and where it is set, as nixpkgs has it.
  described = path: options: mapAttrs
    (name: option:
      let inner = path ++ [ name ]; in
      if !isOption option then described inner option
      else {
        _type = "option";
        type = option.type or { };
        value = valueOf inner option;
        declarations = map (module: module.file)
          (filter (module: foldl' (at: key: at.${key} or { }) module.options inner != { }) modules);
        files = map (module: module.file)
          (filter (module: givenAt inner 100 module.config != [ ]) modules);
      })
    options;

  modules = load "<configuration>" configuration ++ [{
    file = toString ./system.nix;
    config = { };
    options = {
      networking.hostName = lib.mkOption { default = "nixos"; };
      system.stateVersion = lib.mkOption { };
      rig.nixpkgs = lib.mkOption { default = "26.05"; };
      virtualisation.oci-containers.backend = lib.mkOption { default = "podman"; };
      virtualisation.oci-containers.containers = lib.mkOption { default = { }; };
    };
  }];

  isOption = value: (value._type or "") == "option";

  # Every value that is given at a path, each with its priority. A condition is
  # looked at only where something is given below it: else it would need the
  # configuration that it is a part of.
  givenAt = path: priority: value:
    let type = if isAttrs value then value._type or "" else ""; in
    if type == "merge" then concatMap (givenAt path priority) value.contents
    else if type == "override" then givenAt path value.priority value.content
    else if type == "if" then
      let below = givenAt path priority value.content; in
      if below == [ ] then [ ] else if value.condition then below else [ ]
    else if path == [ ] then [{ inherit priority value; }]
    else if isAttrs value && value ? ${head path}
    then givenAt (tail path) priority value.${head path}
    else [ ];

  # Sets are merged name by name. Else the strongest count: lists are put
  # together, two values of another kind are an error.
  merge = path: given:
    if isAttrs (head given).value then
      let names = attrNames (foldl' (all: it: all // it.value) { } given); in
      listToAttrs (map
        (name: {
          inherit name;
          value = merge (path ++ [ name ])
            (concatMap (it: givenAt [ name ] it.priority it.value) given);
        })
        names)
    else
      let
        strongest = foldl' (least: it: if it.priority < least then it.priority else least) 9999 given;
        values = map (it: it.value) (filter (it: it.priority == strongest) given);
      in
      if isList (head values) then builtins.concatLists values
      else if filter (value: value != head values) values == [ ] then head values
      else throw "The option `${concatStringsSep "." path}' has conflicting definition values";

  valueOf = path: option:
    let given = concatMap (module: givenAt path 100 module.config) modules; in
    if given != [ ] then merge path given
    else option.default or (throw "The option `${concatStringsSep "." path}' is used but not defined");

  # Options are declared in several modules: their tree first, values into it.
  declared = foldl' join { } (map (module: module.options) modules);
  join = a: b: a // mapAttrs
    (name: value: if a ? ${name} && !isOption value then join a.${name} value else value)
    b;
  tree = path: options: mapAttrs
    (name: option:
      let inner = path ++ [ name ]; in
      if isOption option then valueOf inner option else tree inner option)
    options;

  values = tree [ ] declared;

  words = concatStringsSep " ";
  quote = word: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] word}'";
  optional = condition: value: if condition then [ value ] else [ ];

  inherit (values.virtualisation.oci-containers) backend;
  isPodman = backend == "podman";
  # Which nixpkgs has made the unit: the module changed from year to year.
  isFrom = year: ! builtins.lessThan values.rig.nixpkgs year;

  # A script of the store is known by what it says.
  scriptAt = title: text:
    let whole = "#!/bin/sh\nset -e\n\n${text}\n"; in {
      path = "/nix/store/${substring 0 32 (hashString "sha256" whole)}-unit-script-${title}/bin/${title}";
      text = whole;
    };

  # nixos/modules/virtualisation/oci-containers.nix of 22.05, 24.05, 25.05, 26.05,
  # and of the branch behind it, which becomes 26.11
  unitOf = name: container:
    let
      service = if isFrom "25.05" then container.serviceName or "${backend}-${name}" else "${backend}-${name}";
      cidfile = if isFrom "25.05" then "/run/${name}/ctr-id" else "/run/podman-${name}.ctr-id";
      user = container.podman.user or "root";
      sdnotify = container.podman.sdnotify or "conmon";
      run =
        [ "exec ${backend} " ]
        ++ map quote (container.preRunExtraOptions or [ ])
        ++ [ "run" ]
        ++ optional (!isFrom "25.05") "--rm"
        ++ [ "--name=${name}" "--log-driver=journald" ]
        ++ (if !isPodman then [ ] else [
          "--cidfile=${cidfile}"
          (if isFrom "25.05" then "--cgroups=enabled" else "--cgroups=no-conmon")
          "--sdnotify=${sdnotify}"
          "-d"
          "--replace"
        ])
        ++ map (key: "-e ${key}=${quote container.environment.${key}}")
          (attrNames (container.environment or { }))
        ++ map (port: "-p ${port}") (container.ports or [ ])
        ++ map (volume: "-v ${quote volume}") (container.volumes or [ ])
        ++ optional (isFrom "25.05" && (container.autoRemoveOnStop or true)) "--rm"
        ++ optional (isFrom "25.05") "--pull ${container.pull or "missing"}"
        ++ map quote (container.extraOptions or [ ])
        ++ [ container.image ]
        ++ map quote (container.cmd or [ ]);
      # At first the container was only stopped where the unit had failed.
      guard = if isFrom "24.05" then "" else "[ $SERVICE_RESULT = success ] || ";
      ours = "--ignore --cidfile=${cidfile}";
      scripts = {
        pre = scriptAt "pre-start" (concatStringsSep "\n" (
          [ "${backend} rm -f ${name} || true" ]
          ++ optional (container ? imageFile) "${backend} load -i ${container.imageFile}"
          ++ optional (container ? imageStream) "${container.imageStream} | ${backend} load"
          ++ optional (container ? pulls) "${backend} pull ${container.pulls}"
          ++ optional isPodman "rm -f ${cidfile}"
        ));
        start = scriptAt "${service}-start" (concatStringsSep " \\\n  " run);
        stop = scriptAt "${service}-pre-stop"
          (guard + (if isPodman then "podman stop ${ours}" else "docker stop ${name}${if isFrom "24.05" then " || true" else ""}"));
        post = scriptAt "${service}-post-stop"
          (if isPodman then "podman rm -f ${ours}" else "docker rm -f ${name} || true");
      };
    in
    {
      name = "${service}.service";
      value = {
        isStarted = container.autoStart or true;
        scripts = builtins.attrValues scripts;
        text = concatStringsSep "\n" (
          [ "[Unit]" "After=network-online.target" "Wants=network-online.target" ]
          ++ optional (!isPodman) "After=docker.service docker.socket"
          ++ [ "" "[Service]" ''Environment="PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"'' ]
          ++ optional isPodman "Environment=PODMAN_SYSTEMD_UNIT=${if isFrom "26.05" then "%n" else "podman-${name}.service"}"
          ++ [
            "ExecStartPre=${scripts.pre.path}"
            "ExecStart=${scripts.start.path}"
            "ExecStop=${scripts.stop.path}"
            "ExecStopPost=${scripts.post.path}"
          ]
          ++ optional isPodman "NotifyAccess=all"
          ++ [ "Restart=${if isFrom "26.11" && !(container.autoStart or true) then "on-failure" else "always"}" ]
          ++ optional (isPodman && isFrom "25.05") "RuntimeDirectory=${name}"
          ++ optional (isPodman && isFrom "25.05") "User=${user}"
          ++ optional (isPodman && (isFrom "26.11" || sdnotify == "healthy")) "Delegate=true"
          ++ [ "TimeoutStartSec=0" "TimeoutStopSec=120" ]
          ++ optional isPodman "Type=notify"
          ++ optional (container.autoStart or true) "\n[Install]\nWantedBy=multi-user.target"
        ) + "\n";
      };
    };
in
rec {
  config = values // {
    systemd.units = mapAttrs (_: { text, ... }: { inherit text; enable = true; }) units;
  };
  options = described [ ] declared;
  pkgs.path = toString ./.;
  units = listToAttrs (map
    (name: unitOf name values.virtualisation.oci-containers.containers.${name})
    (attrNames values.virtualisation.oci-containers.containers));
}
