# The scenarios over the real module system: nixpkgs' lib, NixOS's authelia, git, and pre-switch-check modules,
# home-manager's git module, agenix, and sops-nix, from a folder with the sources:
#
#   nixpkgs.lib/  agenix/  sops-nix/  home-manager/  nixos/{authelia,git,pre-switch-check}.nix
{ sources }:
let
  from = path: /. + "${sources}/${path}";
  lib = import (from "nixpkgs.lib/lib");
  standIns = import ./stand-ins.nix;
  self = (import ../../flake.nix).outputs {
    inherit self;
    nixpkgs = standIns;
  };
  scenarios = import ./scenarios.nix;

  # Packages and builders: what a derivation would be is not evaluated here.
  package = name: {
    type = "derivation";
    inherit name;
    pname = name;
    outPath = "/stand-in/${name}";
    meta.mainProgram = name;
  };
  format = type: _: {
    inherit type;
    generate = name: value: builtins.seq (builtins.toJSON value) "${builtins.storeDir}/stand-in-${name}";
  };
  pkgs = standIns.legacyPackages.x86_64-linux // {
    inherit lib;
    authelia = package "authelia";
    git = package "git";
    age = package "age";
    runCommand = name: _: script: package name // { inherit script; };
    writeText = name: _: "${builtins.storeDir}/stand-in-${name}";
    linkFarm = name: _: package name;
    formats = {
      toml = format (lib.types.attrsOf lib.types.anything);
      yaml = format (lib.types.attrsOf lib.types.anything);
    };
  };

  # Of NixOS: what the modules above need of units and files, with its merging of commands.
  commands = lib.types.mkOptionType {
    name = "unit option";
    merge =
      loc: defs:
      if lib.any (def: builtins.isList def.value) defs then
        lib.concatMap (def: lib.toList def.value) defs
      else
        lib.mergeEqualOption loc defs;
  };
  unit =
    { config, ... }:
    {
      freeformType = lib.types.lazyAttrsOf lib.types.anything;
      options = {
        environment = lib.mkOption {
          type = lib.types.attrsOf (lib.types.nullOr lib.types.str);
          default = { };
        };
        preStart = lib.mkOption {
          type = lib.types.lines;
          default = "";
        };
        serviceConfig = lib.mkOption {
          type = lib.types.attrsOf (commands // { check = _: true; });
          default = { };
        };
      };
      config.serviceConfig.ExecStartPre = lib.mkIf (config.preStart != "") [ config.preStart ];
    };
  system = {
    freeformType = lib.types.lazyAttrsOf lib.types.anything;
    options = {
      systemd.services = lib.mkOption {
        type = lib.types.attrsOf (lib.types.submodule unit);
        default = { };
      };
      environment.systemPackages = lib.mkOption {
        type = lib.types.listOf lib.types.unspecified;
        default = [ ];
      };
      environment.etc = lib.mkOption {
        type = lib.types.attrsOf lib.types.anything;
        default = { };
      };
      assertions = lib.mkOption {
        type = lib.types.listOf lib.types.unspecified;
        default = [ ];
      };
      services.openssh = lib.mkOption {
        type = lib.types.anything;
        default = {
          enable = true;
          hostKeys = [
            {
              path = "/etc/ssh/ssh_host_ed25519_key";
              type = "ed25519";
            }
          ];
        };
      };
    };
    config._module.args = { inherit pkgs; };
  };

  evaluate =
    modules: scenario:
    let
      evaluated = lib.evalModules { modules = modules ++ [ scenario ]; };
      failed = lib.filter (one: !one.assertion) (evaluated.config.assertions or [ ]);
    in
    if failed != [ ] then throw (lib.head failed).message else evaluated.config;
  nixos =
    scenario:
    let
      config = evaluate [
        # Twice: the second import is the first.
        self.nixosModules.default
        self.nixosModules.default
        system
        (from "nixos/authelia.nix")
        (from "nixos/git.nix")
        (from "nixos/pre-switch-check.nix")
        (from "agenix/modules/age.nix")
        (from "sops-nix/modules/sops")
      ] scenario;
    in
    {
      system.preSwitchChecks = builtins.removeAttrs config.system.preSwitchChecks [ "script" ];
      systemd.services = builtins.mapAttrs (_: service: {
        serviceConfig = { inherit (service.serviceConfig) ExecStart ExecStartPre; };
      }) config.systemd.services;
      etc = builtins.mapAttrs (_: file: file.source or file.text or null) config.environment.etc;
      gitConfig = config.programs.git.config;
    };
  # home-manager's own git module, with a user's settings in each of the shapes that it accepts.
  hmLib = lib.extend (
    final: _: { hm = import (from "home-manager/modules/lib") { lib = final; }; }
  );
  home =
    scenario:
    let
      evaluated = hmLib.evalModules {
        modules = [
          self.homeModules.default
          (from "home-manager/modules/programs/git.nix")
          {
            freeformType = lib.types.lazyAttrsOf lib.types.anything;
            options.accounts = lib.mkOption { default.email.accounts = { }; };
            options.home.stateVersion = lib.mkOption { type = lib.types.str; };
            options.home.packages = lib.mkOption {
              type = lib.types.listOf lib.types.unspecified;
              default = [ ];
            };
            config._module.args = { inherit pkgs; };
            config.home.stateVersion = "25.11";
            config.programs.git.enable = true;
          }
          scenario
        ];
        specialArgs.modulesPath = "${sources}/home-manager/modules";
      };
    in
    {
      inherit (evaluated.config.programs.git) iniContent attributes;
    };
  fails = expression: !(builtins.tryEval (builtins.deepSeq expression true)).success;
in
{
  nixos = builtins.mapAttrs (_: nixos) scenarios.nixos;
  refused = builtins.mapAttrs (_: scenario: fails (nixos scenario)) scenarios.refused;
  home = builtins.mapAttrs (_: home) (
    scenarios.home
    // {
      git_settings_list = scenarios.home.enabled // {
        programs = scenarios.home.enabled.programs // {
          git.settings = [
            { user.name = "A"; }
            { core.pager = "less"; }
          ];
        };
      };
    }
  );
}
