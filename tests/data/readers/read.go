// Reads a JSON list of YAML texts on stdin and prints what Go's yaml.v3, which Authelia uses, makes of each, as a JSON list.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"

	"gopkg.in/yaml.v3"
)

func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = plain(item)
		}
		return value
	case map[any]any:
		found := map[string]any{}
		for key, item := range value {
			name := fmt.Sprint(key)
			if key == nil {
				name = "null"
			}
			found[name] = plain(item)
		}
		return found
	case []any:
		for index, item := range value {
			value[index] = plain(item)
		}
		return value
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return map[string]any{"!": "number"}
		}
		return value
	case nil, bool, string, int, int64, uint64:
		return value
	default:
		return map[string]any{"!": fmt.Sprintf("%T", value)}
	}
}

func read(text string) (found map[string]any) {
	defer func() {
		if recover() != nil {
			found = map[string]any{"error": "panic"}
		}
	}()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return map[string]any{"error": "refused"}
	}
	return map[string]any{"value": plain(value)}
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	found := make([]map[string]any, 0, len(texts))
	for _, text := range texts {
		found = append(found, read(text))
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		panic(err)
	}
}
