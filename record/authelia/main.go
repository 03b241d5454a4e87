// Asks Authelia's own code what it makes of configurations and digests: one JSON document a line in, one a line out.
// It is compiled inside of Authelia's module (see ../authelia.py), whose internal packages it needs.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"github.com/authelia/authelia/v4/internal/configuration"
	"github.com/authelia/authelia/v4/internal/configuration/schema"
	"github.com/authelia/authelia/v4/internal/configuration/validator"
)

type question struct {
	// The texts of the files, in order.
	Files []string `json:"files"`
	// Or a digest, and what might be its secret.
	Digest string `json:"digest"`
	Secret string `json:"secret"`
}

type answer struct {
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
	// Whether it stops before it looks at the values of options.
	Stops bool `json:"stops"`
	// The id of each client; null if it has none.
	Clients []*string `json:"clients"`
	Matches bool      `json:"matches"`
}

func main() {
	folder, err := os.MkdirTemp("", "record")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)

	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}

		answered := verdict(folder, asked.Files)
		if asked.Digest != "" {
			digest, err := schema.DecodePasswordDigest(asked.Digest)
			answered.Matches = err == nil && digest.Match(asked.Secret)
		}

		if err := out.Encode(answered); err != nil {
			panic(err)
		}
	}
}

// As `authelia config validate` does it.
func verdict(folder string, files []string) (answered answer) {
	if len(files) == 0 {
		return answered
	}

	paths := make([]string, len(files))
	for i, text := range files {
		paths[i] = filepath.Join(folder, fmt.Sprintf("%d.yml", i))
		if err := os.WriteFile(paths[i], []byte(text), 0o600); err != nil {
			panic(err)
		}
	}

	val := schema.NewStructValidator()
	config := &schema.Configuration{}
	sources := configuration.NewDefaultSourcesFiltered(paths, nil, configuration.DefaultEnvPrefix, configuration.DefaultEnvDelimiter)

	definitions, err := configuration.LoadDefinitions(val, sources...)
	if err == nil {
		var keys []string
		if keys, err = configuration.LoadAdvanced(val, "", config, definitions, sources...); err == nil && !val.HasErrors() {
			validator.ValidateKeys(keys, configuration.GetMultiKeyMappedDeprecationKeys(), configuration.DefaultEnvPrefix, val)
			validator.ValidateConfiguration(config, val)
		} else {
			answered.Stops = true
		}
	}

	if err != nil {
		val.Push(err)
		answered.Stops = true
	}

	for _, err := range val.Errors() {
		answered.Errors = append(answered.Errors, err.Error())
	}
	for _, err := range val.Warnings() {
		answered.Warnings = append(answered.Warnings, err.Error())
	}

	answered.Clients = clients(files[len(files)-1])

	return answered
}

func clients(text string) (ids []*string) {
	var file struct {
		IdentityProviders struct {
			OIDC struct {
				Clients []struct {
					ID *string `yaml:"client_id"`
				} `yaml:"clients"`
			} `yaml:"oidc"`
		} `yaml:"identity_providers"`
	}

	// A text that does not fit has no clients to be named.
	if yaml.Unmarshal([]byte(text), &file) != nil {
		return nil
	}
	for _, client := range file.IdentityProviders.OIDC.Clients {
		ids = append(ids, client.ID)
	}
	return ids
}
