#!/usr/bin/env bash
# Makes anew what is made from the program: the references, the README's story, and the picture of the demo.
set -euo pipefail
cd "$(dirname "$0")/.."
UPDATE_DOCS=1 cargo test --locked --quiet --test suite -- reference story picture
