# What the NixOS and the home-manager module have in common.
{
  lib,
  pkgs,
  agepatch,
}:
let
  toml = pkgs.formats.toml { };
in
{
  enable = lib.mkEnableOption "agepatch, which edits age-encrypted configuration in place";

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
      What agepatch.toml says in repositories that have none of their own: written to the place where agepatch
      looks last. A repository's own agepatch.toml, beside its secrets.nix, takes its place as a whole.
    '';
  };

  git.enable = lib.mkOption {
    type = lib.types.bool;
    default = true;
    description = ''
      Whether git shows and merges encrypted files by meaning, in the repositories whose .gitattributes say
      `*.age diff=agepatch merge=agepatch` (`agepatch git setup` writes that line).
    '';
  };
}
