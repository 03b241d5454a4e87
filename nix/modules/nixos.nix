# NixOS: agepatch for every user, and checks of Authelia's configuration before Authelia reads it.
{ agepatch }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.agepatch;
  settingsFile = import ./settings.nix { inherit pkgs lib cfg; };
  check = import ./authelia.nix {
    inherit
      config
      lib
      pkgs
      cfg
      settingsFile
      ;
  };
  instances = config.services.authelia.instances or { };
  enabled = builtins.attrNames (lib.filterAttrs (_: instance: instance.enable) instances);
  # A name that is unknown is reported by an assertion; one that is not enabled has no unit.
  checked = lib.filter (name: builtins.elem name enabled) cfg.authelia.instances;
  unknown = lib.filter (name: !(instances ? ${name})) cfg.authelia.instances;
in
{
  options.programs.agepatch = import ./options.nix { inherit lib pkgs agepatch; } // {
    authelia = {
      enable = lib.mkOption {
        type = lib.types.bool;
        default = false;
        description = ''
          Whether to run `agepatch check` on the configuration of each instance of `services.authelia`.

          Before a switch it reads the encrypted files of the new configuration (`age.secrets`, `sops.secrets`) and those
          in the Nix store; with an error the switch does not take place, and the running Authelia is not touched. When
          Authelia starts it reads the decrypted files and explains what is wrong with them; it never stops the unit.
        '';
      };

      instances = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = enabled;
        defaultText = lib.literalExpression "every instance that is enabled";
        description = "The instances to check, by their names in `services.authelia.instances`.";
      };

      identities = lib.mkOption {
        type = lib.types.listOf lib.types.path;
        default =
          let
            known =
              (config.age.identityPaths or [ ])
              ++ (config.sops.age.sshKeyPaths or [ ])
              ++ lib.filter (path: path != null) [ (config.sops.age.keyFile or null) ];
          in
          if known == [ ] then [ "/etc/ssh/ssh_host_ed25519_key" ] else lib.unique known;
        defaultText = lib.literalExpression "config.age.identityPaths, config.sops.age.sshKeyPaths, and config.sops.age.keyFile";
        description = ''
          The host's private keys, with which encrypted files are read before a switch. Those that cannot be read are
          skipped; if none can, as during a first installation, nothing is checked.
        '';
      };

      extraArgs = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = [ ];
        example = [
          "--authelia"
          "4.39"
        ];
        description = "Further arguments for `agepatch check`.";
      };
    };
  };

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      {
        environment.systemPackages = [ cfg.package ];
        environment.etc."agepatch/agepatch.toml" = lib.mkIf (cfg.settings != { }) {
          source = settingsFile;
        };
        programs.git.config = lib.mkIf cfg.git.enable (import ./git.nix (lib.getExe cfg.package));
      }
      (lib.mkIf cfg.authelia.enable {
        assertions = [
          {
            assertion = unknown == [ ];
            message = "programs.agepatch.authelia.instances names ${lib.concatStringsSep ", " unknown}, which services.authelia.instances does not define";
          }
        ];
        # Before anything of the running system is stopped.
        system.preSwitchChecks = lib.listToAttrs (
          map (name: lib.nameValuePair "agepatch-authelia-${name}" (check.beforeSwitch name)) checked
        );
        # First of all, so that it explains what `authelia validate-config` refuses next; the dash keeps it from vetoing.
        systemd.services = lib.listToAttrs (
          map (
            name:
            lib.nameValuePair (check.unit name) {
              serviceConfig.ExecStartPre = lib.mkBefore [
                "-${pkgs.writeShellScript "agepatch-check" (check.beforeStart name)}"
              ];
            }
          ) checked
        );
      })
    ]
  );
}
