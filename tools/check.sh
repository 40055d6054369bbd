#!/usr/bin/env bash
# Every check that needs no test run; each says what it is and the first failure stops the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=anlan.site.settings ANLAN_POOL=0
bin=.venv/bin
step() { printf '\033[36m── %s\033[0m\n' "$1"; shift; "$@"; }
step "merges" sh -c "! git grep -nE '^(<<<<<<<|>>>>>>>) '"
step "ruff" $bin/ruff check .
step "format" $bin/ruff format --check --quiet .
step "types" $bin/mypy
step "imports" $bin/lint-imports --no-cache
step "dependencies" $bin/deptry anlan
step "sizes" $bin/python tools/sizes.py
step "migrations" $bin/anlan manage makemigrations --check --dry-run
step "translations" $bin/python tools/translations.py
step "api document" sh -c 'make -s openapi && git add --intent-to-add docs/reference && git diff --exit-code --stat docs/reference || { echo "run make openapi and commit"; exit 1; }'
step "templates" $bin/python tools/templates.py --strict
step "plug-ins" $bin/anlan plugins check
# The locked Node of the environment where the system has none.
step "islands" env PATH="$PWD/$bin:$PATH" npm --prefix islands run --silent check
step "licences" $bin/python tools/licences.py
echo "all checks passed"
