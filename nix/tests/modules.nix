# The scenarios over the stand-ins.
let
  nixpkgs = import ./stand-ins.nix;
  self = (import ../../flake.nix).outputs { inherit self nixpkgs; };
  scenarios = import ./scenarios.nix;
  nixos = nixpkgs.evaluate self.nixosModules.default;
  home = nixpkgs.evaluate self.homeModules.default;
  fails = expression: !(builtins.tryEval (builtins.deepSeq expression true)).success;
in
{
  nixos = builtins.mapAttrs (_: nixos) scenarios.nixos;
  refused = builtins.mapAttrs (_: scenario: fails (nixos scenario)) scenarios.refused;
  home = builtins.mapAttrs (_: home) scenarios.home;
}
