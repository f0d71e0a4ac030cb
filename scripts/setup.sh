#!/bin/sh
# Builds the environment in .venv/. Asks nothing; may be repeated. PYTHON=… and CC=… choose what it would else find.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

fail() {
    echo "setup: $1" >&2
    exit 2
}

how_to_get() { # Debian's package(s), Fedora's, what macOS says
    if command -v apt-get >/dev/null 2>&1; then
        echo "apt-get install $1"
    elif command -v dnf >/dev/null 2>&1; then
        echo "dnf install $2"
    else
        echo "$3"
    fi
}

# A shim may exist and fail, and a Python may lack what a venv needs: only running it tells.
fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        fits "$PYTHON" && echo "$PYTHON"
        return
    fi
    near_miss=''
    saved_ifs=$IFS
    for name in python3.13 python3.12 python3.11 python3 python; do
        IFS=:
        for folder in $PATH; do
            if [ -x "$folder/$name" ] && fits "$folder/$name"; then
                if "$folder/$name" -c "$complete" >/dev/null 2>&1; then
                    echo "$folder/$name"
                    return
                fi
                near_miss=${near_miss:-$folder/$name}
            fi
        done
        IFS=$saved_ifs
    done
    echo "$near_miss"
}
complete='
import ensurepip, pathlib, sysconfig, venv
assert pathlib.Path(sysconfig.get_path("include"), "Python.h").exists()'

find_compiler() {
    if [ -n "${CC:-}" ]; then
        echo "$CC"
        return
    fi
    for name in gcc cc clang; do
        if command -v "$name" >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
}

python=$(find_python) || true
[ -n "$python" ] || fail "Python 3.11, 3.12 or 3.13 is missing${PYTHON:+ (PYTHON=$PYTHON is none of them)}: $(
    how_to_get 'python3 python3-venv python3-dev' 'python3.13-devel' 'install it from python.org, or brew install python@3.13')"
"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || fail "$python cannot make a venv: $(
    how_to_get 'python3-venv' 'python3' 'install Python from python.org')"
"$python" -c "$complete" >/dev/null 2>&1 || fail "$python has no C headers (Python.h), durable-rules is built from source: $(
    how_to_get 'python3-dev' 'python3-devel' 'install Python from python.org')"
compiler=$(find_compiler)
works=$(mktemp -d)
trap 'rm -rf "$works"' EXIT
echo '#include <stdlib.h>
int main(void) { return EXIT_SUCCESS; }' >"$works/try.c"
[ -n "$compiler" ] && $compiler -o "$works/try" "$works/try.c" >/dev/null 2>&1 || fail \
    "a C compiler is missing${compiler:+ ($compiler cannot compile)}, durable-rules is built from source: $(
        how_to_get 'gcc libc6-dev' 'gcc' 'xcode-select --install')"

# Another Python than the one that made .venv, one that is gone, or a venv that was broken off: begin again.
wanted=$("$python" -c 'import sys; print(sys.version_info[:2])')
found=$(.venv/bin/python -c 'import pip, sys; print(sys.version_info[:2])' 2>/dev/null || true)
if [ "$wanted" != "$found" ]; then
    rm -rf .venv
    "$python" -m venv .venv
fi
python=$PWD/.venv/bin/python
pip="$python -m pip --disable-pip-version-check --no-input install -qq --require-hashes"

# durable-rules has no optimisation of its own, and calls a function that left CPython with 3.13.
CC="$compiler -O2"
[ "$wanted" = '(3, 13)' ] && CC="$CC -DPyEval_CallObject=PyObject_CallObject"
export CC

# Build tools first, with hashes: an isolated build would fetch its own without any. Wheels only but for durable-rules,
# and that one never out of pip's cache, where a build without the flags above might lie.
echo "setup: installing into .venv (a minute or two the first time)"
$pip --only-binary :all: -r requirements-build.txt
$pip --no-build-isolation --only-binary :all: --no-binary durable-rules -r requirements-dev.txt

if ! "$python" scripts/try_engine.py; then
    "$python" -m pip --quiet uninstall --yes durable-rules
    fail "durable-rules was built with CC=\"$CC\" but does not work; its error stands above"
fi
echo "setup: .venv is ready, $("$python" --version)"
