# The few functions of nixpkgs that the flake uses, small enough to evaluate without nixpkgs and without a network.
let
  lib = rec {
    inherit (builtins)
      attrValues
      concatMap
      head
      listToAttrs
      ;
    genAttrs =
      names: f:
      builtins.listToAttrs (
        map (name: {
          inherit name;
          value = f name;
        }) names
      );
    nameValuePair = name: value: { inherit name value; };
    filterAttrs =
      keep: set: builtins.removeAttrs set (builtins.filter (name: !keep name set.${name}) (builtins.attrNames set));
    last = list: builtins.elemAt list (builtins.length list - 1);
    init = list: builtins.genList (builtins.elemAt list) (builtins.length list - 1);
    optionalString = condition: text: if condition then text else "";
    escapeShellArg = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
    escapeShellArgs = arguments: builtins.concatStringsSep " " (map escapeShellArg arguments);
    getExe = package: "${package}/bin/${package.meta.mainProgram}";
    fileset = {
      # Every path must exist, as the real one demands.
      unions = paths: map (path: if builtins.pathExists path then path else throw "no ${toString path}") paths;
      toSource = { root, fileset }: {
        inherit root;
        files = map (path: baseNameOf (toString path)) fileset;
      };
    };
    licenses = {
      mit = "MIT";
      asl20 = "Apache-2.0";
    };
    platforms.unix = [ "unix" ];

    # Modules: declarations with a default and a type that can be asked.
    mkOption = declaration: { _type = "option"; } // declaration;
    mkEnableOption = what: mkOption {
      type = types.bool;
      default = false;
      description = "Whether to enable ${what}.";
    };
    literalExpression = text: { inherit text; };
    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };
    mkMerge = contents: {
      _type = "merge";
      inherit contents;
    };
    types = {
      bool = builtins.isBool;
      str = builtins.isString;
      package = value: value ? outPath;
      listOf = of: value: builtins.isList value && builtins.all of value;
    };
  };

  derivation = attributes: attributes // { outPath = "/stand-in/${attributes.pname or "shell"}"; };
  packages = system: rec {
    inherit system lib;
    stdenv = {
      buildPlatform.canExecute = _: true;
      hostPlatform = { inherit system; };
    };
    callPackage =
      path: overrides:
      let
        f = import path;
        known = builtins.intersectAttrs (builtins.functionArgs f) (packages system);
      in
      f (known // overrides);
    rustPlatform.buildRustPackage = derivation;
    mkShell = derivation;
    runCommand = name: attributes: script: {
      inherit name attributes script;
      outPath = "/stand-in/${name}";
    };
    writeShellScript = name: text: "#! ${text}";
    formats =
      let
        format = _: {
          type = builtins.isAttrs;
          generate = name: value: "/stand-in/${name}";
        };
      in
      {
        toml = format;
        yaml = format;
      };
    nixfmt-tree = "nixfmt-tree";
    installShellFiles = "installShellFiles";
    git = "git";
    age = "age";
    openssh = "openssh";
    cargo = "cargo";
    clippy = "clippy";
    rustfmt = "rustfmt";
    mdbook = "mdbook";
  };

  # What a module makes of a user's configuration: options get their defaults, conditions are decided, values checked.
  resolve =
    value:
    if !builtins.isAttrs value || value ? outPath then
      value
    else if value._type or "" == "if" then
      if value.condition then resolve value.content else { }
    else if value._type or "" == "merge" then
      builtins.foldl' merge { } (map resolve value.contents)
    else
      builtins.mapAttrs (_: resolve) value;
  merge =
    left: right:
    left
    // builtins.mapAttrs (
      name: value:
      if left ? ${name} && builtins.isAttrs left.${name} && builtins.isAttrs value then merge left.${name} value else value
    ) right;
  fill =
    options: given:
    builtins.mapAttrs (
      name: option:
      if option._type or "" == "option" then
        let
          value = given.${name} or option.default;
        in
        if option.type value then value else throw "${name} has a value of another type"
      else
        fill option (given.${name} or { })
    ) options
    // builtins.mapAttrs (name: _: throw "there is no option ${name}") (
      builtins.removeAttrs given (builtins.attrNames options)
    );
  evaluate =
    module: user:
    let
      pkgs = packages "x86_64-linux";
      found = module {
        inherit config lib pkgs;
        options = user.options or { };
      };
      filled = fill found.options.programs.agepatch (user.programs.agepatch or { });
      # NixOS declares these itself.
      config = {
        services.authelia.instances = { };
      }
      // user
      // {
        programs = (user.programs or { }) // {
          agepatch = filled;
        };
      };
    in
    builtins.deepSeq filled (resolve found.config);
in
{
  inherit lib evaluate;
  legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] packages;
}
