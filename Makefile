# purpose-bot: `make sandbox` to try it, `make test` to trust it, `make help` for the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
CODE := bot handlers scheduler
# Which interpreter makes .venv; empty: the first of these that is 3.11 or newer.
PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python3.14)
# --no-compile, then one compileall on every core: a fifth faster than pip's own on two cores.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq --no-deps --no-compile --no-warn-script-location
COMPILE := $(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null || true
# What the stamps stand for: the locked packages, the project itself, the tools of the tests.
PACKAGES := $(VENV)/.packages
PROJECT := $(VENV)/.project
TOOLS := $(VENV)/.tools

# More for pytest: make test PYTEST_ARGS="-k digest -x"
PYTEST_ARGS ?=
# More than there are cores, as tests wait for a third of their time.
PYTEST_WORKERS ?= 3
# Where the databases of tests are: in memory, where the machine has some to spare, as an fsync there takes no time.
ROOMY = [ -w /dev/shm ] && [ "$$(df -Pk /dev/shm | awk 'NR == 2 { print $$4 }')" -gt 4000000 ]
PYTEST_DEBUG_TEMPROOT ?= $(shell if $(ROOMY); then echo /dev/shm; else echo "$${TMPDIR:-/tmp}"; fi)

.PHONY: help
help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: sandbox
sandbox: $(PROJECT) ## a whole Slack workspace in your browser, with the bot in it; needs no account
	@$(BIN)/purpose-bot sandbox $(SANDBOX_ARGS)

.PHONY: run
run: $(PROJECT) ## the bot on a real workspace, set up by .env
	@$(BIN)/purpose-bot run $(RUN_ARGS)

# With bytecode kept even where the environment says not to: each bot that a test starts would compile the house again.
.PHONY: test
test: $(TOOLS) ## every test
	@PYTHONDONTWRITEBYTECODE= PYTEST_DEBUG_TEMPROOT=$(PYTEST_DEBUG_TEMPROOT) \
	  $(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: check
check: $(TOOLS) ## lint, format, types, the direction of imports, known vulnerabilities
	@status=0; \
	for step in "ruff check ." "ruff format --check ." mypy "lint-imports --no-logo" \
	  "python .ci/audit.py $(BIN)/pip-audit requirements.lock"; do \
	  echo "- $$step"; $(BIN)/$$step || status=1; \
	done; exit $$status

.PHONY: format
format: $(TOOLS) ## write the code the way `make check` wants it
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Best alone on a machine: it measures on one core and makes the load on another. One part: BENCH_ARGS="--only edge".
.PHONY: bench
bench: $(TOOLS) ## how fast it is beside what people would use instead; five minutes
	@$(BIN)/python -m tests.bench $(BENCH_ARGS)

.PHONY: soak
soak: $(TOOLS) ## how it bears kill -9, lost replies, full disks and garbage: about 25 minutes
	@$(BIN)/python -m tests.faults.soak $(SOAK_ARGS)

.PHONY: pictures
pictures: $(TOOLS) ## the README's pictures, taken from the real page
	@$(BIN)/python -m tests.browser.pictures

# From an environment that holds the locked packages alone: licences and who needs whom are in their metadata.
.PHONY: sbom
sbom: $(TOOLS) ## sbom.json: what the bot is made of (CycloneDX)
	@$(BIN)/python -m venv --clear --without-pip build/sbom
	@$(PIP) --python build/sbom/bin/python install -qq --no-deps --no-compile --require-hashes -r requirements.lock
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --of JSON -o sbom.json build/sbom/bin/python
	@rm -rf build/sbom
	@echo "Wrote sbom.json"

# The locks name packages, versions and hashes, never an address: settings of this machine stay out.
.PHONY: lock
lock: $(PROJECT) ## resolve both locks again (LOCK_ARGS="--upgrade": to the newest)
	@$(PIP) install --quiet uv
	@$(LOCK) --group build -o requirements.lock pyproject.toml
	@$(LOCK) --group build --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	@echo "Wrote requirements.lock and requirements-dev.lock"
LOCK := env -u UV_FIND_LINKS $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links $(LOCK_ARGS)

.PHONY: venv
venv: $(PROJECT) ## .venv with all that the bot needs, nothing more

.PHONY: clean dist-free
dist-free: clean
clean: ## take away .venv and all that was made; .env and databases stay
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
	  .hypothesis .benchmarks sbom.json

$(PACKAGES): requirements.lock
	@found=; for python in $(CANDIDATES); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; "$$python" -c 'import ensurepip, venv' 2>/dev/null && break; found="$$found without venv"; \
	done; \
	case "$$found" in \
	  "") echo "purpose-bot needs Python 3.11 or newer, and none is here. Install one, then run make again." >&2; exit 1;; \
	  *" without venv") echo "$${found% without venv} has no venv module. Install it (Debian, Ubuntu: apt install python3-venv), then run make again." >&2; exit 1;; \
	esac; \
	echo "Making $(VENV) with $$found: half a minute, only this once."; \
	"$$found" -m venv $$("$(BIN)/python" -m pip --version >/dev/null 2>&1 || echo --clear) $(VENV)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(COMPILE)
	@touch $@

$(PROJECT): $(PACKAGES) pyproject.toml
	@$(INSTALL) --no-build-isolation -e .
	@touch $@

# The project first, but its own change is no reason to look through all the tools again.
$(TOOLS): requirements-dev.lock $(PACKAGES) | $(PROJECT)
	@echo "Adding the tools of the tests to $(VENV): half a minute, only this once."
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(COMPILE)
	@touch $@
