# The script of `lib.checkSecrets` for a folder; a test of the suite runs it.
{
  src,
  rules ? null,
}:
let
  nixpkgs = import ./stand-ins.nix;
  self = (import ../../flake.nix).outputs { inherit self nixpkgs; };
in
(self.lib.checkSecrets {
  pkgs = nixpkgs.legacyPackages.x86_64-linux;
  inherit src rules;
}).script
