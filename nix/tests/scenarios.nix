# Configurations of both modules, evaluated over the stand-ins and, where its source is available, over the real library.
let
  settings.commit.scope = "cloud";
  store = builtins.storeDir;
  check = {
    enable = true;
    git.enable = false;
    authelia.enable = true;
  };
  instance = files: {
    enable = true;
    settings.theme = "dark";
    settingsFiles = files;
    secrets.manual = true;
  };
  ageSecret = {
    path = "/run/agenix/authelia-secrets";
    file = "${store}/x-authelia-secrets.age";
  };
  # Evaluated with agenix or sops-nix, which these need.
  withFiles = files: {
    programs.agepatch = check;
    services.authelia.instances.main = instance files;
  };
in
{
  nixos = {
    disabled = { };
    plain = {
      programs.agepatch = {
        enable = true;
        inherit settings;
      };
    };
    # One file of the store, one of agenix, and an instance that is not enabled.
    authelia = {
      programs.agepatch = check;
      services.authelia.instances = {
        main = instance [
          "${store}/y-base.yml"
          "/run/agenix/authelia-secrets"
        ];
        off = {
          enable = false;
          settingsFiles = [ ];
          secrets.manual = true;
        };
      };
      age.secrets.authelia-secrets = ageSecret;
      age.identityPaths = [
        "/etc/ssh/missing"
        "/etc/ssh/ssh_host_ed25519_key"
      ];
    };
    # The unit is named after the instance's `name`; what is not enabled is left out.
    renamed = {
      programs.agepatch = check // {
        authelia = {
          enable = true;
          instances = [
            "main"
            "off"
          ];
        };
      };
      services.authelia.instances = {
        main = instance [ ] // {
          name = "prod";
        };
        off = {
          enable = false;
          settingsFiles = [ ];
          secrets.manual = true;
        };
      };
    };
    # A file that exists only once the system runs.
    later = withFiles [
      "${store}/y-base.yml"
      "/var/lib/authelia/clients.yml"
    ];
    only_later = withFiles [ "/var/lib/authelia/clients.yml" ];
    filters = withFiles [ "${store}/y-base.yml" ] // {
      services.authelia.instances.main = instance [ "${store}/y-base.yml" ] // {
        environmentVariables.X_AUTHELIA_CONFIG_FILTERS = "template";
      };
    };
    sops = withFiles [ "/run/secrets/authelia-secrets" ] // {
      sops.secrets.authelia-secrets = {
        path = "/run/secrets/authelia-secrets";
        sopsFile = "${store}/z-galactica.yaml";
        format = "yaml";
        key = "authelia-secrets";
      };
      sops.age.sshKeyPaths = [ "/etc/ssh/ssh_host_ed25519_key" ];
      sops.age.keyFile = null;
    };
    path_literal = {
      programs.agepatch = check;
      services.authelia.instances.main = instance [ "/run/agenix/authelia-secrets" ];
      age.secrets.authelia-secrets = ageSecret;
      age.identityPaths = [ /persist/key ];
    };
  };
  # Each of these must fail to evaluate.
  refused = {
    misspelled.programs.agepatch.enabel = true;
    mistyped.programs.agepatch.enable = "yes";
    unknown_instance = {
      programs.agepatch = check // {
        authelia = {
          enable = true;
          instances = [ "mian" ];
        };
      };
      services.authelia.instances.main = instance [ ];
    };
  };
  home = {
    disabled = { };
    enabled = {
      programs.agepatch = {
        enable = true;
        inherit settings;
      };
    };
    without_git = {
      programs.agepatch = {
        enable = true;
        git.enable = false;
      };
    };
  };
}
