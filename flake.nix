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
      # Without a commit if the tree is dirty.
      commit = self.rev or null;
      # Built with the caller's nixpkgs.
      agepatch = pkgs: pkgs.callPackage ./nix/package.nix { inherit commit; };
      # With a key, importing the module twice is importing it once.
      module = name: content: {
        _file = "agepatch#${name}";
        key = "agepatch#${name}";
        imports = [ content ];
      };
    in
    {
      packages = forEachSystem (pkgs: rec {
        default = agepatch;
        agepatch = pkgs.callPackage ./nix/package.nix { inherit commit; };
      });

      apps = forEachSystem (pkgs: rec {
        agepatch = {
          type = "app";
          program = "${self.packages.${pkgs.stdenv.hostPlatform.system}.agepatch}/bin/agepatch";
          meta.description = "Edit age-encrypted configuration in place";
        };
        default = agepatch;
      });

      overlays.default = final: _: { agepatch = final.callPackage ./nix/package.nix { inherit commit; }; };

      devShells = forEachSystem (pkgs: {
        default = pkgs.callPackage ./nix/shell.nix { inherit (self.packages.${pkgs.stdenv.hostPlatform.system}) agepatch; };
      });

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree);

      checks = forEachSystem (pkgs: {
        inherit (self.packages.${pkgs.stdenv.hostPlatform.system}) agepatch;
        shell-files = pkgs.callPackage ./nix/shell-files.nix {
          inherit (self.packages.${pkgs.stdenv.hostPlatform.system}) agepatch;
        };
      });

      lib.checkSecrets = import ./nix/check-secrets.nix { inherit agepatch; };

      nixosModules.default = module "nixosModules.default" (import ./nix/modules/nixos.nix { inherit agepatch; });
      homeModules.default = module "homeModules.default" (import ./nix/modules/home.nix { inherit agepatch; });
    };
}
