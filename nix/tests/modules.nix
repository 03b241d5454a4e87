# What the modules make of a few configurations.
let
  nixpkgs = import ./stand-ins.nix;
  self = (import ../../flake.nix).outputs { inherit self nixpkgs; };
  nixos = nixpkgs.evaluate self.nixosModules.default;
  home = nixpkgs.evaluate self.homeModules.default;
  settings.commit.scope = "cloud";
  authelia = {
    main = {
      enable = true;
      settings.theme = "dark";
      settingsFiles = [
        "/etc/authelia/base.yml"
        "/run/agenix/authelia-secrets"
      ];
    };
    off = {
      enable = false;
      settings = { };
      settingsFiles = [ ];
    };
  };
  fails = expression: !(builtins.tryEval (builtins.deepSeq expression true)).success;
in
{
  nixos = {
    disabled = nixos { };
    plain = nixos {
      programs.agepatch = {
        enable = true;
        inherit settings;
      };
    };
    authelia = nixos {
      programs.agepatch = {
        enable = true;
        git.enable = false;
        authelia.enable = true;
      };
      services.authelia.instances = authelia;
      age.secrets.authelia-secrets = {
        path = "/run/agenix/authelia-secrets";
        file = "/nix/store/x-authelia-secrets.age";
      };
      age.identityPaths = [ "/etc/ssh/ssh_host_ed25519_key" ];
    };
    misspelled = fails (nixos { programs.agepatch.enabel = true; });
    mistyped = fails (nixos { programs.agepatch.enable = "yes"; });
  };
  home = {
    disabled = home { };
    enabled = home {
      programs.agepatch = {
        enable = true;
        inherit settings;
      };
    };
    newer = home {
      programs.agepatch.enable = true;
      options.programs.git.settings = { };
    };
    without_git = home {
      programs.agepatch = {
        enable = true;
        git.enable = false;
      };
    };
  };
}
