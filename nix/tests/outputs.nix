# Evaluates every output of the flake over the stand-ins: what is misspelled or missing is found here.
let
  nixpkgs = import ./stand-ins.nix;
  self = (import ../../flake.nix).outputs { inherit self nixpkgs; };
  linux = "x86_64-linux";
in
{
  systems = builtins.attrNames self.packages;
  package = {
    inherit (self.packages.${linux}.default) pname version src;
    program = self.packages.${linux}.default.meta.mainProgram;
    licenses = self.packages.${linux}.default.meta.license;
  };
  app = self.apps.${linux}.default.program;
  overlay = (self.overlays.default nixpkgs.legacyPackages.${linux} { }).agepatch.pname;
  shell = builtins.length self.devShells.${linux}.default.packages;
  formatter = self.formatter.${linux};
  checks = builtins.attrNames self.checks.${linux};
}
