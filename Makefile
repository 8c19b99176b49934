# Two commands: `make demo` and `make test`. Both set up the same environment in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO ?=

.PHONY: demo test check lock page clean

demo: $(READY)
	@$(BIN)/safeconduct demo $(DEMO)

test: $(READY)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(READY)
	@$(BIN)/ruff check src tests tools
	@$(BIN)/ruff format --check src tests tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

# Re-pins every dependency with hashes. The result must name no host.
lock: $(READY)
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --extra dev --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock

# Builds the operator's page from web/ into the package, where it is kept. Only who changes web/ needs it.
page: $(READY)
	@$(BIN)/python tools/build_page.py

$(READY): requirements.lock pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh $(VENV)

clean:
	rm -rf $(VENV)
