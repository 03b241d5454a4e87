#!/usr/bin/env bash
# Regenerates what comes from the program: the references, the README's story, the picture of the demo, the guide's output.
set -euo pipefail
cd "$(dirname "$0")/.."
UPDATE_DOCS=1 cargo test --locked --quiet --test suite -- reference story picture diagram schemas_of_the_book guide
