#!/usr/bin/env bash
# Sets a machine up: Python environment from the lock file, Chromium, a CJK font, libcurl for the private MongoDB
# server. Says what it does; where a system package cannot be installed, says which, and goes on without it.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '==> %s\n' "$*" >&2; }
stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }

find_python() {
  for name in python3.13 python3.12 python3.11 python3.14 python3; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  stop "Python 3.11 or newer was not found. Install it (Debian, Ubuntu: apt-get install python3 python3-venv) and call again."
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

APT_UPDATED=""
install_packages() {  # what they are for, then their names
  local purpose=$1; shift
  say "installing $* ($purpose)"
  if command -v apt-get >/dev/null; then
    if [ -z "$APT_UPDATED" ]; then as_root apt-get update -qq >/dev/null 2>&1 || true; APT_UPDATED=1; fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return 0
  fi
  say "could not install: $*. It is needed for $purpose; going on without it. Install it by hand: apt-get install $*"
  return 1
}

has_library() { { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "$1"; }
has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || ls "$HOME"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome >/dev/null 2>&1; }

pip_install() { .venv/bin/python -m pip install -qq --disable-pip-version-check "$@"; }
install_locked() {  # by uv, itself from the lock file, in a tenth of pip's time; by pip where uv does not reach the index
  local uv; uv=$(mktemp)
  sed -n '/^uv==/,/^    # via/p' requirements.lock > "$uv"
  { pip_install --require-hashes -r "$uv" \
      && .venv/bin/python -m uv pip install -q --python .venv/bin/python --require-hashes -r requirements.lock 2>/dev/null; } \
    || pip_install --require-hashes -r requirements.lock
  local outcome=$?
  rm -f "$uv"
  return "$outcome"
}

PYTHON=$(find_python)
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  say "creating .venv with $("$PYTHON" --version)"
  "$PYTHON" -c 'import ensurepip' 2>/dev/null || install_packages "virtual environments" python3-venv || true
  rm -rf .venv
  "$PYTHON" -m venv .venv >/dev/null || stop "a virtual environment could not be made. Install python3-venv and call again."
fi

WANTED=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$(cat .venv/.installed 2>/dev/null || true)" != "$WANTED" ]; then
  say "installing the locked packages (a minute at the most)"
  install_locked || stop "the locked packages could not be installed. Check that the package index can be reached, and call again."
  pip_install --no-deps --no-build-isolation -e . \
    || stop "the project itself could not be installed; the lines above say why."
  printf '%s' "$WANTED" > .venv/.installed
fi

has_library 'libcurl\.so\.4' || install_packages "the private MongoDB server" libcurl4 || true
if ! has_chromium; then
  # Ubuntu's package is a stub for another installer, so Playwright's own build is tried where it can be reached.
  if ! grep -qi ubuntu /etc/os-release || ! .venv/bin/python -m playwright install chromium >/dev/null 2>&1; then
    install_packages "rendered pages" chromium || true
  fi
fi
fc-list :lang=zh 2>/dev/null | grep -q . || install_packages "Chinese text in screenshots" fonts-noto-cjk fontconfig || true
say "set up"
