#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine with Python 3.11 ready: system packages, locked Python packages, islands, translations.
# Every step is skipped in no time when its inputs have not changed (stamps under var/stamps).
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var/stamps
say() { printf '\033[36m%s\033[0m\n' "$*"; }
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
stamp() { cat "$@" 2>/dev/null | sha256sum | cut -c1-16; }

packages="postgresql postgresql-contrib postgis gdal-bin gettext chromium fonts-noto-cjk python3-venv git"
missing=""
for package in $packages; do dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"; done
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing="$missing postgresql-15-postgis-3"
command -v npm >/dev/null || missing="$missing nodejs npm"
if [ -n "$missing" ]; then
  say "系统软件包 system packages:$missing"
  root apt-get update -qq
  root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if ! command -v uv >/dev/null && [ ! -x var/uv/bin/uv ]; then
  say "uv"
  python3 -m venv var/uv && var/uv/bin/pip install -q uv
fi
uv=$(command -v uv || echo var/uv/bin/uv)

wanted=$(stamp pyproject.toml uv.lock)
if [ ! -x .venv/bin/anlan ] || [ "$(cat var/stamps/python 2>/dev/null)" != "$wanted" ]; then
  say "Python 软件包 packages"
  "$uv" sync --frozen --quiet --python-preference only-system --all-groups
  echo "$wanted" > var/stamps/python
fi

wanted=$(find islands/src islands/package-lock.json islands/vite.config.ts -type f | sort | xargs cat | sha256sum | cut -c1-16)
if [ ! -f anlan/kit/ui/static/dist/app.js ] || [ "$(cat var/stamps/islands 2>/dev/null)" != "$wanted" ]; then
  say "前端 islands"
  (cd islands && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build >/dev/null)
  echo "$wanted" > var/stamps/islands
fi

for po in $(find anlan -name '*.po'); do
  mo="${po%.po}.mo"
  [ "$mo" -nt "$po" ] || msgfmt -c -o "$mo" "$po"
done
