# The script that builds agepatch.toml; a test of the suite runs it.
let
  nixpkgs = import ./stand-ins.nix;
  pkgs = nixpkgs.legacyPackages.x86_64-linux;
in
(import ../modules/settings.nix {
  inherit pkgs;
  inherit (pkgs) lib;
  cfg = {
    settings.authelia = "4.39";
    package = {
      outPath = "/stand-in/agepatch";
      meta.mainProgram = "agepatch";
    };
  };
}).script
