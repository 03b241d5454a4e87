# A configuration as sops would have decrypted it, with a mistake in it.
cat > authelia-plain.yml <<'Y'
identity_providers:
  oidc:
    clients:
      - client_id: media
        public: true
        client_secret: x
Y
