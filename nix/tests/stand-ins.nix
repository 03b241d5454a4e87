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
    optionals = condition: list: if condition then list else [ ];
    inherit (builtins)
      any
      concatStringsSep
      elem
      filter
      length
      ;
    unique = builtins.foldl' (known: item: if builtins.elem item known then known else known ++ [ item ]) [ ];
    hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
    splitString =
      separator: text: builtins.filter builtins.isString (builtins.split (escapeRegex separator) text);
    escapeRegex = builtins.replaceStrings [ "." "+" "(" ] [ "\\." "\\+" "\\(" ];
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
    mkBefore = content: {
      _type = "order";
      priority = 500;
      inherit content;
    };
    types = {
      bool = builtins.isBool;
      str = builtins.isString;
      path = value: builtins.isPath value || (builtins.isString value && builtins.substring 0 1 value == "/");
      package = value: value ? outPath;
      listOf = of: value: builtins.isList value && builtins.all of value;
    };
  };

  derivation = attributes: attributes // {
      type = "derivation";
      outPath = "/stand-in/${attributes.pname or "shell"}";
    };
  # Without `system`, as nixpkgs without aliases.
  packages = system: rec {
    inherit lib;
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
          generate = name: value: "${builtins.storeDir}/stand-in-${name}";
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

  # What a module defines: conditions are decided, sets merged, lists concatenated in the order of their priorities.
  resolve =
    value:
    if !builtins.isAttrs value || value ? outPath || value._type or "" == "order" then
      value
    else if value._type or "" == "if" then
      if value.condition then resolve value.content else { }
    else if value._type or "" == "merge" then
      builtins.foldl' merge { } (map resolve value.contents)
    else
      builtins.mapAttrs (_: resolve) value;
  items = value: if builtins.isList value then [ { priority = 1000; content = value; } ] else value.items or [ value ];
  isList = value: builtins.isList value || value._type or "" == "order" || value._type or "" == "lists";
  merge =
    left: right:
    left
    // builtins.mapAttrs (
      name: value:
      if !(left ? ${name}) then
        value
      else if isList value && isList left.${name} then
        {
          _type = "lists";
          items = items left.${name} ++ items value;
        }
      else if builtins.isAttrs value && builtins.isAttrs left.${name} then
        merge left.${name} value
      else if value == left.${name} then
        value
      else
        throw "${name} is defined twice"
    ) right;
  finish =
    value:
    if value._type or "" == "order" then
      value.content
    else if value._type or "" == "lists" then
      builtins.concatMap (item: item.content) (builtins.sort (a: b: a.priority < b.priority) value.items)
    else if builtins.isAttrs value && !(value ? outPath) then
      builtins.mapAttrs (_: finish) value
    else
      value;
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

  # What nixpkgs' module makes of an instance: the unit is named after `name`, which may differ from the attribute.
  authelia =
    instance:
    let
      arguments = [ "${builtins.storeDir}/stand-in-config.yml" ] ++ instance.settingsFiles ++ instance.generated or [ ];
      command = "/stand-in/authelia/bin/authelia --config ${builtins.concatStringsSep "," arguments}";
    in
    {
      environment = instance.environmentVariables or { };
      serviceConfig = {
        ExecStart = command;
        ExecStartPre = [ "${command} validate-config" ];
      };
    };
  evaluate =
    module: user:
    let
      pkgs = packages "x86_64-linux";
      content = builtins.head module.imports;
      found = content { inherit config lib pkgs; };
      filled = fill found.options.programs.agepatch (user.programs.agepatch or { });
      instances = builtins.mapAttrs (name: instance: { inherit name; } // instance) (
        user.services.authelia.instances or { }
      );
      enabled = builtins.filter (instance: instance.enable) (builtins.attrValues instances);
      units = builtins.listToAttrs (
        map (instance: {
          name = "authelia-${instance.name}";
          value = authelia instance;
        }) enabled
      );
      # NixOS declares these itself.
      config = user // {
        services.authelia.instances = instances;
        systemd.services = units;
        programs = (user.programs or { }) // {
          agepatch = filled;
        };
      };
      defined = merge (if enabled == [ ] then { } else { systemd.services = units; }) (resolve found.config);
      failed = builtins.filter (one: !one.assertion) (defined.assertions or [ ]);
    in
    builtins.deepSeq filled (
      if failed != [ ] then throw (builtins.head failed).message else finish (builtins.removeAttrs defined [ "assertions" ])
    );
in
{
  inherit lib evaluate;
  legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] packages;
}
