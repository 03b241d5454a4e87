# The scripts that check the configuration of one Authelia instance: the files that its unit passes to Authelia, in
# that order.
{
  config,
  lib,
  pkgs,
  cfg,
  # agepatch.toml as the new configuration has it.
  settingsFile,
}:
let
  instance = name: config.services.authelia.instances.${name};

  # The name of the instance may differ from its attribute; nixpkgs names the unit after it.
  unit = name: "authelia-${(instance name).name}";
  service = name: config.systemd.services.${unit name};

  # What nixpkgs' module writes to `--config`, which covers what it generates (oidc-jwks.yaml) and removes (server.address).
  arguments = name: lib.splitString " --config " (service name).serviceConfig.ExecStart;
  files =
    name:
    let
      given = arguments name;
    in
    if lib.length given == 2 then
      lib.splitString "," (lib.head (lib.splitString " " (lib.last given)))
    else
      throw "programs.agepatch.authelia: the unit ${unit name} does not pass its files with `--config`, which this module does not know how to check; set programs.agepatch.authelia.instances to leave it out";

  filters = name: (service name).environment.X_AUTHELIA_CONFIG_FILTERS or null;

  named = path: secrets: lib.attrValues (lib.filterAttrs (_: secret: secret.path == path) secrets);

  # The string of a sops file that sops-nix installs, as agepatch names it; the whole file for other formats.
  sopsValue =
    secret:
    let
      file = "${secret.sopsFile}";
    in
    if builtins.elem secret.format [ "yaml" "json" ] && secret.key != "" then
      "${file}#/${secret.key}"
    else
      file;

  # The file of the new configuration behind a path that Authelia reads; null for one that exists only once the system runs.
  sourceOf =
    path:
    let
      age = named path (config.age.secrets or { });
      sops = named path (config.sops.secrets or { });
    in
    if age != [ ] then
      "${(lib.head age).file}"
    else if sops != [ ] then
      sopsValue (lib.head sops)
    else if lib.hasPrefix "${builtins.storeDir}/" path then
      path
    else
      null;

  # Nothing of the system that is being replaced takes part: no settings, no home, no current folder.
  run = arguments: ''
    env HOME=/var/empty XDG_CONFIG_HOME=/var/empty XDG_STATE_HOME=/var/empty AGEPATCH_REVEAL=never \
      ${lib.escapeShellArgs [ (lib.getExe cfg.package) "--quiet" "-C" "/" "--settings" "${settingsFile}" ]} ${arguments}'';

  check =
    name: before: last:
    lib.escapeShellArgs (
      [
        "check"
        # Secrets reach Authelia by its environment too, which is not visible here.
        "--part"
        "--min-severity"
        "warning"
      ]
      ++ lib.optionals (filters name != null) [
        "--filters"
        (filters name)
      ]
      ++ lib.concatMap (file: [
        "--with"
        file
      ]) before
      ++ cfg.authelia.extraArgs
      ++ [
        "--"
        last
      ]
    );

  # Without options, the keys with which agenix and sops-nix decrypt.
  identities = map toString cfg.authelia.identities;
in
{
  inherit unit;

  # Checks the encrypted files of the configuration that is about to become the running one.
  beforeSwitch =
    name:
    let
      sources = map sourceOf (files name);
      known = lib.filter (file: file != null) sources;
      unknown = lib.filter (path: sourceOf path == null) (files name);
      skipped = lib.optionalString (unknown != [ ]) ''
        echo ${lib.escapeShellArg "agepatch: not checked before the switch, since they are created later: ${lib.concatStringsSep ", " unknown}"} >&2
      '';
      isEncrypted = lib.any (file: sourceOf file != file) (lib.filter (file: sourceOf file != null) (files name));
      noKey = ''
        if [ "''${#identities[@]}" = 0 ]; then
          echo ${lib.escapeShellArg "agepatch: ${unit name} is not checked before the switch: none of these keys can be read: ${lib.concatStringsSep ", " identities}"} >&2
          exit 0
        fi
      '';
    in
    lib.optionalString (known != [ ]) ''
      identities=()
      for key in ${lib.escapeShellArgs identities}; do
        if [ -r "$key" ] && [ -s "$key" ]; then identities+=(--identity "$key"); fi
      done
      ${lib.optionalString isEncrypted noKey}${skipped}${run "\"\${identities[@]}\""} ${check name (lib.init known) (lib.last known)}
    '';

  # Checks the decrypted files that Authelia is about to read, as its unit starts.
  beforeStart = name: ''
    ${run (check name (lib.init (files name)) (lib.last (files name)))}
  '';
}
