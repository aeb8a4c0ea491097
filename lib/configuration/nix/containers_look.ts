import type { EditTarget } from "../target.ts";

/**
 * What Nix says of a container, whoever declares it: oci-containers of nixpkgs,
 * else a module for Quadlets (virtualisation.quadlet), arion, or a Quadlet's
 * text in /etc. Each has what its module calls image and volumes; the first of
 * them that knows the name counts, and only that one is evaluated.
 */
export const CONTAINERS = `
      inside = machine.config.virtualisation or { };
      isText = it: builtins.isString it;
      oci = inside.oci-containers.containers or { };
      named = list: builtins.listToAttrs (map (it: { inherit (it) name value; }) list);
      quadlets = named (map
        (key:
          let it = inside.quadlet.containers.\${key}.containerConfig; in
          { name = if isText (it.name or null) then it.name else key; value = it; })
        (builtins.attrNames (inside.quadlet.containers or { })));
      projects = inside.arion.projects or { };
      arions = named (builtins.concatMap
        (project:
          let services = projects.\${project}.settings.services or { }; in
          map
            (key:
              let it = services.\${key}.service; in
              {
                name =
                  if isText (it.container_name or null) then it.container_name
                  else "\${project}-\${key}-1";
                value = it;
              })
            (builtins.attrNames services))
        (builtins.attrNames projects));
      etc = machine.config.environment.etc or { };
      linesOf = text: builtins.filter isText (builtins.split "\\n" text);
      fieldOf = key: text: builtins.concatMap
        (line:
          let found = builtins.match "[ \\t]*\${key}[ \\t]*=[ \\t]*(.*[^ \\t])[ \\t]*" line; in
          if found == null then [ ] else found)
        (linesOf text);
      texts = named (builtins.concatMap
        (key:
          let
            unit = builtins.match "containers/systemd/(.*/)?([^/]+)[.]container" key;
            text = if isText (etc.\${key}.text or null) then etc.\${key}.text else "";
            name = fieldOf "ContainerName" text;
            image = fieldOf "Image" text;
          in
          if unit == null then [ ] else [ {
            name = if name == [ ] then "systemd-\${builtins.elemAt unit 1}" else builtins.head name;
            value = {
              image = if image == [ ] then null else builtins.head image;
              volumes = fieldOf "Volume" text;
              lines = builtins.filter
                (line: builtins.match "[ \\t]*(Image|Volume)[ \\t]*=.*" line == null) (linesOf text);
            };
          } ])
        (builtins.attrNames etc));`;

/** The kind that knows the container, as one of these sets. */
export function kindOf({ container }: EditTarget): string {
  const name = nixString(container);
  return `
      kind =
        if oci ? \${${name}} then "oci"
        else if quadlets ? \${${name}} then "quadlet"
        else if arions ? \${${name}} then "arion"
        else if texts ? \${${name}} then "text"
        else "";
      all = { inherit oci; quadlet = quadlets; arion = arions; text = texts; }.\${kind} or { };
      own = all.\${${name}} or null;`;
}

/** As Nix writes it. */
export function nixString(text: string): string {
  return JSON.stringify(text).replaceAll("${", "\\${");
}
