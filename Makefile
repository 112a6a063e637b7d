# `make` or `make help` lists what there is. Everything sets itself up on first use.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEV    := $(VENV)/.installed-dev

# On Linux PyPI's torch is built for CUDA: gigabytes that a machine without an NVIDIA card cannot use. Where there is no
# card and PyTorch's own index of CPU builds can be reached, that build is taken. Same release, same constraints.
CPU_TORCH := https://download.pytorch.org/whl/cpu
NO_CUDA = $(shell [ "$$(uname)" = Linux ] && ! command -v nvidia-smi >/dev/null 2>&1 && \
	$(PYTHON) -c 'import urllib.request as r; r.urlopen("$(CPU_TORCH)/torch/", timeout=5)' >/dev/null 2>&1 && \
	echo --extra-index-url $(CPU_TORCH))
# Named by its release: pip then takes a CPU build of it that lies at hand, and what it needs is the same everywhere.
TORCH := torch==2.13.0
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: chat
chat: $(STAMP) ## Open the chat page on the shipped article
	$(BIN)/article-bot ui --open

.PHONY: test
test: $(DEV) ## Check style and types, run the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q

.PHONY: eval
eval: $(DEV) ## Check the answers against gold quotes
	$(BIN)/article-bot eval --out build/eval

.PHONY: bench
bench: $(DEV) ## Print the speed figures beside a plain LangChain script's
	$(BIN)/python -m evals.bench.speed

.PHONY: install
install: $(STAMP) ## Install into .venv without starting anything

.PHONY: lock
lock: ## Renew constraints.txt from what pip resolves today
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(VENV)-lock/bin/python -m pip install --quiet $(NO_CUDA) $(TORCH)
	$(VENV)-lock/bin/python -m pip install --quiet $(NO_CUDA) -e '.[all]' --group dev
	{ grep -E '^#|;' constraints.txt; $(VENV)-lock/bin/python -m pip freeze --exclude-editable | sed 's/+cpu$$//'; } > constraints.new
	mv constraints.new constraints.txt && rm -rf $(VENV)-lock

.PHONY: clean
clean: ## Remove the environment and what tools left behind
	rm -rf $(VENV) $(VENV)-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "article-bot needs Python 3.11 to 3.13; name one: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up in $(VENV): a few minutes, once."
	@[ "$$(uname)" != Linux ] || command -v nvidia-smi >/dev/null 2>&1 || [ -n "$(NO_CUDA)" ] || \
		echo "PyTorch's index of CPU builds cannot be reached: PyPI's build for CUDA is larger by gigabytes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(PIP) $(NO_CUDA) --editable '.[all]'
	@touch $@

$(DEV): $(STAMP)
	@$(PIP) $(NO_CUDA) --group dev
	@touch $@
