# Evaluates every output of the flake over the stand-ins: what is misspelled or missing is found here.
let
  nixpkgs = import ./stand-ins.nix;
  self = (import ../../flake.nix).outputs { inherit self nixpkgs; };
  linux = "x86_64-linux";
  package = self.packages.${linux}.default;
in
{
  systems = builtins.attrNames self.packages;
  package = {
    inherit (package)
      pname
      version
      postInstall
      nativeBuildInputs
      ;
    sources = package.src.files;
    program = package.meta.mainProgram;
    licenses = package.meta.license;
  };
  app = self.apps.${linux}.default.program;
  overlay = (self.overlays.default nixpkgs.legacyPackages.${linux} { }).agepatch.pname;
  shell = builtins.length self.devShells.${linux}.default.packages;
  formatter = self.formatter.${linux};
  checks = builtins.attrNames self.checks.${linux};
  shellFiles = self.checks.${linux}.shell-files.script;
  modules = {
    nixos = builtins.attrNames self.nixosModules;
    home = builtins.attrNames self.homeModules;
  };
  lib = builtins.attrNames self.lib;
}
