#!/bin/sh
# Prints the path of a Chromium or Chrome that runs. CHROMIUM=… chooses one; Debian's is installed where there is none
# and it may be done without asking.
set -eu

runs() { # Chrome for Windows opens a window for --version
    case $1 in
        *.exe) [ -x "$1" ] ;;
        *) "$1" --version >/dev/null 2>&1 ;;
    esac
}

find_one() {
    for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
        path=$(command -v "$name" 2>/dev/null) && runs "$path" && echo "$path" && return
    done
    for path in \
        "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "${HOME:-}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/c/Program Files/Google/Chrome/Application/chrome.exe" \
        "/c/Program Files (x86)/Google/Chrome/Application/chrome.exe"; do
        [ -x "$path" ] && runs "$path" && echo "$path" && return
    done
    return 1
}

if [ -n "${CHROMIUM:-}" ]; then
    path=$(command -v "$CHROMIUM" 2>/dev/null) && runs "$path" && echo "$path" && exit 0
    echo "test: CHROMIUM=$CHROMIUM does not run" >&2
    exit 2
fi
find_one && exit 0
if command -v apt-get >/dev/null 2>&1; then
    as_root=''
    [ "$(id -u)" = 0 ] || as_root='sudo -n'
    if [ -z "$as_root" ] || sudo -n true 2>/dev/null; then
        echo "test: no Chromium found, installing Debian's" >&2
        export DEBIAN_FRONTEND=noninteractive
        { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium; } >&2 || true
        find_one && exit 0
    fi
fi
echo "test: no Chromium or Chrome found: install one, name it with CHROMIUM=/path/to/it, or make test BROWSER=0" >&2
exit 2
