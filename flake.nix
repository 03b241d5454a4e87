{
  description = "Edit age-encrypted configuration in place: structured patches, semantic diffs, Authelia's own checks";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forEachSystem = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEachSystem (pkgs: rec {
        agepatch = pkgs.callPackage ./nix/package.nix { };
        default = agepatch;
      });

      apps = forEachSystem (pkgs: rec {
        agepatch = {
          type = "app";
          program = "${self.packages.${pkgs.system}.agepatch}/bin/agepatch";
        };
        default = agepatch;
      });

      overlays.default = final: _: { agepatch = final.callPackage ./nix/package.nix { }; };

      devShells = forEachSystem (pkgs: {
        default = pkgs.callPackage ./nix/shell.nix { inherit (self.packages.${pkgs.system}) agepatch; };
      });

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree);

      checks = forEachSystem (pkgs: { inherit (self.packages.${pkgs.system}) agepatch; });
    };
}
