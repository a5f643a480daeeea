# Everything here runs in .venv, which is made from requirements.lock when it is missing or out of date.
# `make test-extras` makes and uses .venv-extras instead, from requirements-extras.lock.
# Needed beforehand: make, and a Python of 3.11 to 3.13 (name one with PYTHON=... to skip the search).
# ARGS are passed on: make test ARGS="tests/data -k mnist", make reproduce ARGS="xor --profile full".

PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3 python
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PIP := -m pip install -qq --disable-pip-version-check --no-input
READY := .venv/.installed
READY_EXTRAS := .venv-extras/.installed
# Two processes, each of which takes whole files, so that what a file's tests share is made once. The
# longest files come first: tests/conftest.py names them.
PYTEST := -m pytest -n 2 --dist loadscope --no-loadscope-reorder
COMPILE := uv pip compile --universal --generate-hashes --python-version 3.11 \
  --custom-compile-command "make lock" -q --extra dev

.PHONY: help install reproduce test test-extras lint density pages bench lock

help:
	@echo "make install      make .venv, with the command .venv/bin/zoo; the other targets do so by themselves"
	@echo "make reproduce    answer the five main questions;  ARGS=--all: run every question"
	@echo "make test         run the tests"
	@echo "make test-extras  run the tests that need an extra: Optuna, ONNX, TensorFlow Serving, JAX"
	@echo "make lint         check format and style"
	@echo "make density      count syntax nodes per line, by package;  ARGS=\"--functions 20\": the densest functions"
	@echo "make pages        write the generated pages anew"
	@echo "make bench        measure the engine against model.fit and others (an idle machine, many minutes)"
	@echo "make lock         choose the versions in both lock files anew (needs uv)"

install: $(READY)

reproduce: $(READY)
	@.venv/bin/zoo reproduce $(ARGS)

test: $(READY)
	@.venv/bin/python $(PYTEST) $(ARGS)

test-extras: $(READY_EXTRAS)
	@.venv-extras/bin/python $(PYTEST) -m extra --require-extras $(ARGS)

lint: $(READY)
	@.venv/bin/ruff format --check . && .venv/bin/ruff check .

pages: $(READY)
	@.venv/bin/zoo pages

# Needs no installation.
density:
	@$(or $(PYTHON),python3) benchmarks/density.py $(ARGS)

bench: $(READY)
	@.venv/bin/python benchmarks/engine.py $(ARGS)

lock:
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) --extra serving --extra optuna --extra onnx --extra jax -c requirements.lock \
	  -o requirements-extras.lock pyproject.toml

# In the recipe below, $< is the lock file and $(@D) the environment.
$(READY): requirements.lock pyproject.toml
$(READY_EXTRAS): requirements-extras.lock pyproject.toml

# The stamp is written last, so that an interrupted installation is taken up again.
$(READY) $(READY_EXTRAS):
	@$(@D)/bin/python -c "import pip; $(FITS)" 2>/dev/null || { \
	  found= fits=; \
	  for name in $(PYTHONS); do \
	    "$$name" -c "$(FITS)" 2>/dev/null || continue; \
	    fits=$$name; \
	    if "$$name" -c "import ensurepip, venv" 2>/dev/null; then found=$$name; break; fi; \
	  done; \
	  if [ -z "$$fits" ]; then \
	    echo "make: no Python 3.11, 3.12 or 3.13 found; install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; \
	  elif [ -z "$$found" ]; then \
	    echo "make: $$fits cannot make virtual environments; install its venv package (python3-venv on Debian)" >&2; exit 1; \
	  fi; \
	  "$$found" -m venv --clear $(@D); }
	@echo "installing into $(@D) (about two minutes) ..."
	@$(@D)/bin/python $(PIP) --require-hashes -r $<
	@$(@D)/bin/python $(PIP) --no-deps --no-build-isolation -e .
	@touch $@
