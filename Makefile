# One word per chore. Settings come from the environment or from .env, see .env.example.
SHELL := /bin/sh
PYTHON ?= python3
ARGS ?=
# Compiled modules are kept; every start and every process of a test run would compile them anew.
unexport PYTHONDONTWRITEBYTECODE
MANAGE := .venv/bin/python manage.py
# What make check starts runs as development, on a database of its own.
CHECK_VARIABLES := -u DATABASE_URL -u CELERY_BROKER_URL -u HUB_REDIS_URL HUB_DEVELOPMENT=true HUB_VAR_DIR=var/check
# What a production server sets, for Django's own list of things to set.
DEPLOY_VARIABLES := -u HUB_DEVELOPMENT HUB_SECRET_KEY=$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	HUB_MASTER_KEYS=check:$$(.venv/bin/python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())') \
	HUB_FILE_URL_KEY=check:$$(.venv/bin/python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())') \
	HUB_ALLOWED_HOSTS=hub.example.org HUB_BASE_URL=https://hub.example.org HUB_VAR_DIR=var/check

.DEFAULT_GOAL := help
.PHONY: help run serve manage test drills check format bench bench-data screenshot map \
	check-ready check-format check-lint check-types check-contracts check-django

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: ## Set up everything and start the hub with demo data
	@$(PYTHON) -m tools.setup --assets
	@exec $(PYTHON) -m tools.start hub_run --demo $(ARGS)

serve: ## The same without demo data
	@$(PYTHON) -m tools.setup --assets
	@exec $(PYTHON) -m tools.start hub_run $(ARGS)

manage: ## Run one command of manage.py with the same settings: ARGS="hub_token create --help"
	@$(PYTHON) -m tools.setup
	@exec $(PYTHON) -m tools.start $(ARGS)

test: ## Set up everything and run every test; ARGS="-k word" goes to pytest
	@$(PYTHON) -m tools.setup --dev --assets
	@exec .venv/bin/python -m tools.suite $(ARGS)

drills: ## Kill processes for longer than make test does
	@$(PYTHON) -m tools.setup --dev --assets
	@exec .venv/bin/python -m tools.suite --drills $(ARGS)

check: check-format check-lint check-types check-contracts check-django ## Check format, lint, types, contracts, migrations and settings; -k goes on after a failure

check-ready:
	@$(PYTHON) -m tools.setup --dev
	@mkdir -p var/check static/dist

check-format: check-ready
	.venv/bin/ruff format --check .

check-lint: check-ready
	.venv/bin/ruff check .

check-types: check-ready
	.venv/bin/mypy

check-contracts: check-ready
	.venv/bin/lint-imports --no-logo

check-django: check-ready
	@env $(CHECK_VARIABLES) $(MANAGE) makemigrations --check --dry-run
	@env $(CHECK_VARIABLES) $(MANAGE) check --fail-level WARNING
	@env $(DEPLOY_VARIABLES) $(MANAGE) check --deploy --fail-level WARNING

format: ## Format the Python code and mend what ruff can mend
	@$(PYTHON) -m tools.setup --dev
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: ## Measure throughput, latency and memory against this machine's floor
	@$(PYTHON) -m tools.setup --dev --assets
	@exec .venv/bin/python -m bench $(ARGS)

bench-data: ## Fill a PostgreSQL database to try the hub at size: ARGS="--entities 1000000"
	@$(PYTHON) -m tools.setup
	@exec .venv/bin/python -m bench.stock $(ARGS)

screenshot: ## Draw the picture of the README anew
	@$(PYTHON) -m tools.setup --dev --assets
	@exec .venv/bin/python -m tools.screenshot

map: ## Print every module with its sentence; ARGS="inbound" for one folder
	@$(PYTHON) -m tools.map $(ARGS)
