# The whole project from a fresh machine with Python 3.11 and make: no Node, no uv, no activated environment needed.
# Everything that is downloaded is named, with its hash, in requirements.lock or package-lock.json.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

# Settings that a person may change: make test WORKERS=4, make setup PYTHON=/opt/python3.11/bin/python3
PYTHON ?=
NPM ?= .venv/bin/npm
WORKERS ?= 2
TESTS ?=
MINUTES ?= 1
KILLS ?= 200
READERS ?= 20
RELEASES ?= 20
ROOM ?= 5 10 20 30 40 50 60 70 80 90
DATABASE ?=
SYSTEM_PACKAGES ?= chromium
LOCK_OPTIONS ?=
ENGINE ?= spark

# No tool here may send usage figures anywhere. The code says the same; this covers tools that start without it.
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Another environment must not leak in, and bytecode must be kept: without it each start costs seconds.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONHOME
unexport PYTHONPATH
unexport VIRTUAL_ENV
export PATH := $(CURDIR)/.venv/bin:$(PATH)

BIN := .venv/bin
OUR_PACKAGES := sources pipelines expectations reports
DBT_FILES := $(shell find dbt_project -type f \( -name '*.sql' -o -name '*.py' -o -name '*.yml' -o -name '*.csv' -o -name '*.md' \) \
	-not -path 'dbt_project/target/*' -not -path 'dbt_project/logs/*' 2>/dev/null)

.PHONY: help
help:  ## Print this list
	@echo 'make TARGET, where TARGET is one of:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s  %s\n", $$1, $$2 }' Makefile

# ---------------------------------------------------------------------------------------------------- environment

.PHONY: setup
setup: .venv/.dovetail-setup node_modules/.package-lock.json .venv/.dovetail-manifest  ## Make or update .venv and node_modules (the other targets do it by themselves)
	@:

# A Python is usable when it starts and is 3.11: a version manager's stand-in may exist and do neither.
define find_python
for python in $(if $(PYTHON),'$(PYTHON)',python3.11 python3 python); do \
	"$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && break; \
	python=; \
done; \
if [ -z "$$python" ]; then \
	echo 'Dovetail needs Python 3.11 and found none$(if $(PYTHON), at $(PYTHON)).' >&2; \
	echo 'Install it, or name it: make setup PYTHON=/path/to/python3.11   (see docs/guides/install.md)' >&2; \
	exit 1; \
fi
endef

# uv does not read pip's configuration, so a mirror or certificate set for pip would be missed: hand those over.
define settings_of_pip
pip_settings=$$($(BIN)/python -m pip config list 2>/dev/null || true); \
pip_setting() { printf '%s\n' "$$pip_settings" | sed -nE "s/^(:env:|global)\.$$1='(.*)'$$/\2/p" | head -n 1; }; \
offline=; \
case "$$(pip_setting no-index)" in \
	1|[Tt]rue|yes|on) offline=--no-index; export UV_FIND_LINKS="$${UV_FIND_LINKS:-$$(pip_setting find-links | sed 's/\\n/,/g; s/ /,/g')}" ;; \
	*) if [ -n "$$(pip_setting index-url)" ]; then export UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$(pip_setting index-url)}"; fi ;; \
esac; \
if [ -n "$$(pip_setting cert)" ]; then export SSL_CERT_FILE="$${SSL_CERT_FILE:-$$(pip_setting cert)}"; fi
endef

.venv/.dovetail-setup: requirements.lock pyproject.toml
	@if $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then \
		echo 'setup 1/6: the environment in .venv is there'; \
	else \
		$(find_python); \
		echo "setup 1/6: an environment in .venv, from $$("$$python" --version)"; \
		"$$python" -m venv --clear --prompt dovetail .venv || { \
			echo 'Python could not make an environment; on Debian and Ubuntu the package python3.11-venv is needed.' >&2; exit 1; }; \
	fi
	@echo 'setup 2/6: the installer and the build tool, at the versions and hashes of requirements.lock'
	@awk '/^[a-z0-9]/ { wanted = /^(uv|setuptools)==/ } wanted' requirements.lock > .venv/bootstrap.txt
	@$(BIN)/python -m pip -qq install --require-hashes --only-binary :all: --no-deps -r .venv/bootstrap.txt
	@echo "setup 3/6: $$(grep -c '^[a-z0-9]' requirements.lock) Python packages, hashes checked, byte-compiled (the long step)"
	@$(settings_of_pip); \
	$(BIN)/uv pip sync --quiet $$offline --require-hashes --compile-bytecode --no-build-isolation \
		--python $(BIN)/python requirements.lock
	@echo 'setup 4/6: Dovetail itself, from this folder'
	@$(BIN)/uv pip install --quiet --offline --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@$(BIN)/python -m compileall -q $(OUR_PACKAGES)
	@touch $@

# npm writes this file last, so a folder that was emptied or half filled is filled again.
node_modules/.package-lock.json: .venv/.dovetail-setup package-lock.json package.json .npmrc
	@echo 'setup 5/6: the stylesheet of the reports (npm, no scripts run)'
	@$(NPM) ci --ignore-scripts --silent || { \
		echo '$(NPM) ci failed; what it says when it is not silent:' >&2; $(NPM) ci --ignore-scripts; }
	@touch $@

# Dagster and the tests read the manifest; making it takes seconds, so it is made only when the dbt project changed.
.venv/.dovetail-manifest: .venv/.dovetail-setup $(DBT_FILES)
	@if [ -f dbt_project/dbt_project.yml ]; then \
		echo 'setup 6/6: the dbt manifest'; \
		$(BIN)/python -m pipelines.warehouse.manifest; \
	fi
	@touch $@

.PHONY: system-deps
system-deps:  ## Install the Debian packages that some tests need (SYSTEM_PACKAGES); never fails for want of apt
	@missing=; \
	for package in $(SYSTEM_PACKAGES); do \
		command -v "$$package" >/dev/null || dpkg-query -W -f='$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' \
			|| missing="$$missing $$package"; \
	done; \
	as_root=; if [ "$$(id -u)" -ne 0 ]; then as_root='sudo -n'; fi; \
	if [ -z "$$missing" ]; then \
		echo 'system-deps: already there: $(SYSTEM_PACKAGES)'; \
	elif ! command -v apt-get >/dev/null; then \
		echo "system-deps: no apt on this machine; missing:$$missing (tests that need it are skipped and listed)"; \
	elif [ -n "$$as_root" ] && ! $$as_root true 2>/dev/null; then \
		echo "system-deps: not root and no sudo; missing:$$missing (tests that need it are skipped and listed)"; \
	else \
		echo "system-deps: installing$$missing"; \
		log=$$(mktemp); \
		if $$as_root apt-get update -qq >"$$log" 2>&1 \
			&& $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >>"$$log" 2>&1; then \
			echo "system-deps: installed$$missing"; \
		else \
			tail -n 5 "$$log"; \
			echo "system-deps: could not install$$missing (tests that need it are skipped and listed)"; \
		fi; \
		rm -f "$$log"; \
	fi

# The versions stay as they are unless told otherwise: make lock LOCK_OPTIONS='--upgrade-package polars'
.PHONY: lock
lock: .venv/.dovetail-setup  ## Make requirements.lock and package-lock.json again from requirements.in and package.json
	@$(settings_of_pip); \
	$(BIN)/uv pip compile --quiet $$offline requirements.in --output-file requirements.lock \
		--python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes --no-strip-extras \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links $(LOCK_OPTIONS)
	@$(settings_of_pip); \
	$(BIN)/uv pip compile --quiet $$offline requirements-distributed.in --constraints requirements.lock \
		--output-file .venv/distributed.lock --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes \
		--no-strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links
	@awk '/^[a-z0-9]/ { name = $$1; sub(/[=[].*/, "", name) } FNR == NR { known[name]; next } !(name in known)' \
		requirements.lock .venv/distributed.lock > requirements-distributed.lock
	@$(NPM) install --package-lock-only --ignore-scripts --silent
	@$(MAKE) --no-print-directory lint-addresses
	@echo "requirements.lock: $$(grep -c '^[a-z0-9]' requirements.lock) packages; install them with make setup"

# --------------------------------------------------------------------------------------------------------- product

.PHONY: demo
demo: setup  ## Write fictional extracts to demo/landing and build a warehouse with its reports in demo/warehouse
	@$(BIN)/dovetail sample demo/landing
	@$(BIN)/dovetail build --landing demo/landing --warehouse demo/warehouse

# The engines have an environment of their own (2.5 GB): what they add must not touch the one that the product runs in.
.venv-distributed/.dovetail-setup: .venv/.dovetail-setup requirements.lock requirements-distributed.lock
	@echo 'distributed: an environment with Spark and Sail in .venv-distributed (once; needs Java 17 for Spark)'
	@$(BIN)/python -m venv --clear --prompt dovetail-distributed .venv-distributed
	@# pyspark comes as source, and what builds it must be there first.
	@.venv-distributed/bin/python -m pip -qq install --require-hashes --only-binary :all: --no-deps -r .venv/bootstrap.txt
	@$(settings_of_pip); \
	$(BIN)/uv pip sync --quiet $$offline --require-hashes --compile-bytecode --no-build-isolation \
		--python .venv-distributed/bin/python requirements.lock requirements-distributed.lock
	@touch $@

.PHONY: distributed
distributed: setup .venv-distributed/.dovetail-setup  ## Build the sample on a Spark cluster on the loopback and compare it row for row (ENGINE=sail: on Sail)
	@[ -e demo/warehouse/current ] || $(MAKE) --no-print-directory demo
	@.venv-distributed/bin/python -m pipelines.distributed demo/warehouse demo/distributed-$(ENGINE) \
		--engine $(ENGINE) --compare

# ---------------------------------------------------------------------------------------------------------- checks

# The same order, zone and hash seed every time. TEST_STATUS names a file for pytest's own exit code: make would
# turn every failure into 2, and would print a line after pytest's summary.
.PHONY: test
test: setup  ## Run the tests; ends with pytest's summary (TESTS='tests/unit -k lock' picks some)
	@status=0; \
	TZ=UTC LC_ALL=C.UTF-8 PYTHONHASHSEED=0 $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope $(TESTS) || status=$$?; \
	if [ -n "$(TEST_STATUS)" ]; then echo "$$status" > "$(TEST_STATUS)"; exit 0; fi; \
	exit "$$status"

.PHONY: bench
bench: setup  ## Run the benchmarks (tests/benchmarks/bench_*.py), one at a time, and print what they measure
	@$(BIN)/python -m pytest tests/benchmarks -o python_files='bench_*.py' --capture=no $(TESTS)

.PHONY: fuzz
fuzz: setup  ## Feed damaged files to the readers, MINUTES to each format (tests/fuzz); logs and crashes go to the folder fuzz of the temporary folder
	@failed=; \
	for format in csv xlsx ods xls parquet json zip; do \
		$(BIN)/python -m tests.fuzz.fuzz_readers "$$format" --minutes $(MINUTES) || failed=1; \
	done; \
	test -z "$$failed"

# KILLS, READERS and RELEASES say how much; the defaults are those of the figures in docs/decisions/0007.
.PHONY: soak
soak: setup  ## Kill, fill, damage and race builds for hours (KILLS=200 READERS=20 RELEASES=20), and say what stood
	@TZ=UTC LC_ALL=C.UTF-8 PYTHONHASHSEED=0 DOVETAIL_SOAK_KILLS=$(KILLS) DOVETAIL_SOAK_READERS=$(READERS) \
		DOVETAIL_SOAK_RELEASES=$(RELEASES) DOVETAIL_SOAK_ROOM='$(ROOM)' \
		$(BIN)/python -m pytest tests/reliability -o python_files='test_*.py soak_*.py' -rP $(TESTS)

# A database of advisories that was brought here; nothing is asked over a network.
.PHONY: audit
audit: setup  ## Compare the locked packages with a database of advisories (DATABASE=FOLDER_OR_ZIP in the OSV format)
	@$(BIN)/python -m tests.unit.environment.audit $(DATABASE)

.PHONY: licences
licences: setup  ## Write the list of licences in docs/guides/licences.md again
	@$(BIN)/python -m tests.unit.environment.licences

.PHONY: lint lint-addresses
lint: setup lint-addresses  ## Check style, types, import contracts, SQL, and that no lock names an address
	@failed=; \
	echo 'lint: ruff'; \
	$(BIN)/ruff check --quiet --output-format concise . || failed="$$failed ruff-check"; \
	$(BIN)/ruff format --check --quiet --output-format concise . || failed="$$failed ruff-format"; \
	echo 'lint: mypy'; \
	$(BIN)/mypy --no-error-summary || failed="$$failed mypy"; \
	echo 'lint: import contracts'; \
	$(BIN)/lint-imports --no-logo > .venv/lint-imports.txt 2>&1 || { cat .venv/lint-imports.txt; failed="$$failed lint-imports"; }; \
	echo 'lint: sqlfluff'; \
	[ ! -d dbt_project/models ] || $(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt_project/models \
		|| failed="$$failed sqlfluff"; \
	if [ -n "$$failed" ]; then echo "lint: failed:$$failed" >&2; exit 1; fi; \
	echo 'lint: all passed'

# A lock with an address would tie every machine to one registry, and a council's mirror would be passed by.
lint-addresses:
	@echo 'lint: no address in a lock'
	@if grep -nE '://|--(extra-)?index|--find-links|"resolved"' requirements.in requirements.lock requirements-distributed.in requirements-distributed.lock package.json package-lock.json .npmrc; then \
		echo 'A lock must not name an address: make lock' >&2; exit 1; \
	fi

.PHONY: clean
clean:  ## Remove what was built: the demo, caches, dbt's output (ALL=1: the environment too)
	@rm -rf demo build dist dovetail.egg-info dbt_project/target dbt_project/logs logs .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis .venv/.dovetail-manifest $(if $(ALL),.venv .venv-distributed node_modules)
	@find $(OUR_PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
