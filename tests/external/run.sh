#!/usr/bin/env bash
# make check-all: a sweep over a django-oscar shop in an environment of its own, and the long resume trial.
set -euo pipefail
# Without bytecode every process compiles all modules anew.
unset PYTHONDONTWRITEBYTECODE
cd "$(dirname "$0")/../.."
say() { printf '==> %s\n' "$*" >&2; }

SHOP=var/external
mkdir -p "$SHOP"
WANTED=$(sha256sum < tests/external/oscar/requirements.txt)
if [ "$(cat "$SHOP/venv/.installed" 2>/dev/null || true)" != "$WANTED" ]; then
  say "installing django-oscar beside the product (about a minute)"
  rm -rf "$SHOP/venv"
  .venv/bin/python -m venv "$SHOP/venv"
  "$SHOP/venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r tests/external/oscar/requirements.txt
  printf '%s' "$WANTED" > "$SHOP/venv/.installed"
fi

rm -f "$SHOP/oscar-url"
say "starting the shop"
"$SHOP/venv/bin/python" tests/external/oscar/serve.py --url-file "$SHOP/oscar-url" > "$SHOP/oscar.log" 2>&1 &
SERVER=$!
trap 'kill "$SERVER" 2>/dev/null || true' EXIT
for _ in $(seq 600); do
  [ -s "$SHOP/oscar-url" ] && break
  kill -0 "$SERVER" 2>/dev/null || { tail -20 "$SHOP/oscar.log" >&2; exit 1; }
  sleep 1
done
[ -s "$SHOP/oscar-url" ] || { say "the shop did not come up in ten minutes; see $SHOP/oscar.log"; exit 1; }

say "sweep over the shop, with its site profile"
.venv/bin/pytest -q -s tests/external --kills 20
say "resume trial: 20 kills"
.venv/bin/pytest -q tests/end_to_end/test_resume.py --kills 20
say "every captured page, damaged in every way"
.venv/bin/pytest -q tests/crawlers/platforms/test_mutations.py --mutations 100
say "what takes long"
.venv/bin/pytest -q tests --ignore tests/external -n 2 --dist loadfile --long -m long
