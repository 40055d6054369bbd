# Anlan 安澜: everything a developer or operator types.
.DEFAULT_GOAL := help
# Containers like to set it: each process would compile the whole program anew, 8 s of its start.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run test check bench docs messages openapi new-app new-record new-document new-ledger migration

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## Install what is missing: system packages, Python and npm packages, islands, translations
	@tools/bootstrap.sh

run: ## Set up what the platform needs and start it with the Qingyuan pack (PORT=8000)
	@tools/bootstrap.sh run
	@.venv/bin/anlan up

test: setup ## Run every test, or with APP=supplies those that the app can break, in throw-away worlds
	@.venv/bin/pytest -n 2 --dist loadgroup --no-loadscope-reorder $(PYTEST) $(if $(APP),$$(.venv/bin/python tools/affected.py $(APP)))

check: setup ## Lint, types, import contracts, sizes, migrations, translations, licences
	@tools/check.sh

bench: setup ## Measure speed, as ratios within one run
	@.venv/bin/python -m tests.load.bench
	@.venv/bin/python -m tests.load.sse
	@.venv/bin/python -m tests.load.ledger
	@.venv/bin/python -m tests.load.field
	@.venv/bin/python -m tests.load.receivers
	@.venv/bin/python -m tests.load.broadcast
	@.venv/bin/python tests/load/map.py

docs: setup ## Build the documentation into site-docs/
	@.venv/bin/mkdocs build -q --strict -d site-docs

openapi: ## Write the API document's snapshot, docs/reference/openapi*
	@.venv/bin/python tools/openapi.py

messages: setup ## Bring the translation catalogues up to date, one for each app
	@.venv/bin/python tools/messages.py

new-app: setup ## Begin an app: make new-app NAME=supplies
	@.venv/bin/python tools/stubs.py app "$(NAME)"

new-record: setup ## Write the stubs of a record: make new-record APP=supplies NAME=Donation
	@.venv/bin/python tools/stubs.py record "$(APP)" "$(NAME)"

new-document: setup ## Write the stubs of a document with lines and steps: make new-document APP=supplies NAME=Issue
	@.venv/bin/python tools/stubs.py document "$(APP)" "$(NAME)"

new-ledger: setup ## Write the stub of a ledger: make new-ledger APP=supplies NAME=Stock
	@.venv/bin/python tools/stubs.py ledger "$(APP)" "$(NAME)"

migration: setup ## Write an app's migration: make migration APP=supplies NAME=what_it_does
	@.venv/bin/python tools/stubs.py migration "$(APP)" "$(NAME)"
