# The options that the NixOS and the home-manager module share.
{
  lib,
  pkgs,
  agepatch,
}:
let
  toml = pkgs.formats.toml { };
in
{
  enable = lib.mkEnableOption "agepatch, an editor for encrypted configuration in git";

  package = lib.mkOption {
    type = lib.types.package;
    default = agepatch pkgs;
    defaultText = lib.literalExpression "agepatch.packages.\${system}.default";
    description = "The agepatch to install.";
  };

  settings = lib.mkOption {
    inherit (toml) type;
    default = { };
    example = {
      authelia = "4.39";
      identities = [ "~/.ssh/id_ed25519" ];
      commit.scope = "cloud";
    };
    description = ''
      Settings for repositories that have no agepatch.toml of their own; a repository's agepatch.toml replaces them
      completely. agepatch reads the file when it is built, so an unknown setting fails the build.
    '';
  };

  git.enable = lib.mkOption {
    type = lib.types.bool;
    default = true;
    description = ''
      Whether to register agepatch's textconv and merge driver with git, for repositories whose .gitattributes have
      `*.age diff=agepatch merge=agepatch` (`agepatch git setup` writes that line). It takes effect where
      `programs.git.enable` is set.
    '';
  };
}
