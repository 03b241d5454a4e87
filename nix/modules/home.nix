# home-manager: agepatch for one user.
{ agepatch }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.agepatch;
in
{
  options.programs.agepatch = import ./options.nix { inherit lib pkgs agepatch; };

  config = lib.mkIf cfg.enable {
    home.packages = [ cfg.package ];

    xdg.configFile."agepatch/agepatch.toml" = lib.mkIf (cfg.settings != { }) {
      source = import ./settings.nix { inherit pkgs lib cfg; };
    };

    programs.git = lib.mkIf cfg.git.enable {
      # Whatever shape `settings` or `extraConfig` has, list or text, this merges with it.
      iniContent = import ./git.nix (lib.getExe cfg.package);
      attributes = [ "*.age diff=agepatch merge=agepatch" ];
    };
  };
}
