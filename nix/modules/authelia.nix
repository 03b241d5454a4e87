# The commands that look at an instance's configuration: what Nix generates first, then the settings files, in the order
# in which Authelia gets them.
{
  config,
  lib,
  pkgs,
  cfg,
}:
let
  instance = name: config.services.authelia.instances.${name};
  # As the module of nixpkgs generates it.
  generated = name: (pkgs.formats.yaml { }).generate "config.yml" (instance name).settings;

  # The encrypted file behind a path of agenix, else the path itself.
  encrypted =
    path:
    let
      behind = lib.filterAttrs (_: secret: secret.path == path) (config.age.secrets or { });
    in
    if behind == { } then path else (lib.head (lib.attrValues behind)).file;

  check =
    name: identities: files:
    let
      # The last file is the one looked at, the others are what stands before it.
      last = if files == [ ] then generated name else lib.last files;
      before = if files == [ ] then [ ] else [ (generated name) ] ++ lib.init files;
    in
    lib.escapeShellArgs (
      [ (lib.getExe cfg.package) ]
      ++ lib.concatMap (identity: [
        "--identity"
        identity
      ]) identities
      # Secrets reach Authelia by its environment too, which is not in view.
      ++ [
        "check"
        "--part"
      ]
      ++ lib.concatMap (file: [
        "--with"
        "${file}"
      ]) before
      ++ cfg.authelia.extraArgs
      ++ [
        "--"
        "${last}"
      ]
    );
in
{
  # The unit of the instance, as the module of nixpkgs names it.
  unit = name: if name == "" then "authelia" else "authelia-${name}";

  # Of the configuration that is about to become the running one.
  encrypted = name: check name cfg.authelia.identities (map encrypted (instance name).settingsFiles);

  # Of the one that is decrypted already.
  decrypted = name: check name [ ] (instance name).settingsFiles;
}
