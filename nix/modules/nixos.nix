# NixOS: agepatch for everyone, and Authelia's configuration looked at before Authelia gets it.
{ agepatch }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.agepatch;
  toml = pkgs.formats.toml { };
  check = import ./authelia.nix {
    inherit
      config
      lib
      pkgs
      cfg
      ;
  };
in
{
  options.programs.agepatch = import ./options.nix { inherit lib pkgs agepatch; } // {
    authelia = {
      enable = lib.mkOption {
        type = lib.types.bool;
        default = false;
        description = ''
          Whether `agepatch check` looks at the configuration of each instance of `services.authelia`.

          Before the system is switched, from the encrypted files of the new configuration (`age.secrets`): with an
          error the switch does not take place, and the running Authelia is not touched. And before Authelia starts,
          from the decrypted files, so that a unit which would fail says why.
        '';
      };

      instances = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = builtins.attrNames (
          lib.filterAttrs (_: instance: instance.enable) config.services.authelia.instances
        );
        defaultText = lib.literalExpression "every instance that is enabled";
        description = "The instances that are looked at.";
      };

      identities = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = config.age.identityPaths or [ "/etc/ssh/ssh_host_ed25519_key" ];
        defaultText = lib.literalExpression "config.age.identityPaths";
        description = "The host's private keys, with which the encrypted files are read before a switch.";
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
          source = toml.generate "agepatch.toml" cfg.settings;
        };
        programs.git.config = lib.mkIf cfg.git.enable (import ./git.nix (lib.getExe cfg.package));
      }
      (lib.mkIf cfg.authelia.enable {
        # Before anything of the running system is stopped.
        system.preSwitchChecks = lib.listToAttrs (
          map (name: lib.nameValuePair "agepatch-authelia-${name}" (check.encrypted name)) cfg.authelia.instances
        );
        # Where Authelia is restarted by hand, or at boot.
        systemd.services = lib.listToAttrs (
          map (
            name:
            lib.nameValuePair (check.unit name) {
              serviceConfig.ExecStartPre = [ (pkgs.writeShellScript "agepatch-check" (check.decrypted name)) ];
            }
          ) cfg.authelia.instances
        );
      })
    ]
  );
}
