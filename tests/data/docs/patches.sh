# The patches that the page applies.
client='identity_providers.oidc.clients[mediamanager]'
echo "- { op: replace, path: '$client.client_name', value: Media }" > patch.yaml
echo '{"identity_providers": {"oidc": {"lifespans": {"access_token": "2h"}}}}' > m.json
echo '[{"op": "set", "path": "/identity_providers/oidc/clients/1/client_name", "value": "Photos"}]' > patch.json
cat > patch-set.yaml <<'Y'
agepatch: 1
task: task-118
files:
  mediamanager-env.age:
    - { op: set, path: OIDC_CLIENT_SECRET, value_from: { generate: 72 } }
  authelia-secrets.age:
    - op: replace
      path: identity_providers.oidc.clients[mediamanager].client_secret
      value_from: { digest_of: { file: mediamanager-env.age, path: OIDC_CLIENT_SECRET } }
Y
