#!/bin/sh
# Writes the locked requirements anew from the .in files. Needs uv.
set -eu
uv=${UV:-uv}
if ! command -v "$uv" >/dev/null 2>&1; then
    echo "lock: uv is missing: pip install uv, or UV=/path/to/uv make lock" >&2
    exit 1
fi
for name in requirements-build requirements requirements-dev; do
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
        "$@" "$name.in" --output-file "$name.txt"
done
