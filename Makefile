# `make run` and `make test` set up what they need themselves and are quick the second time.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT
# tests leave nothing outside var/
export HYPOTHESIS_STORAGE_DIRECTORY = var/hypothesis
export PYTEST_DEBUG_TEMPROOT = var

SHELL = bash
BIN = .venv/bin
MANAGE = $(BIN)/python manage.py
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
BABEL = $(BIN)/python -m babel.messages.frontend --quiet
PYTEST = $(BIN)/python -m pytest
CATALOGUES = $(wildcard pledges/locale/*/LC_MESSAGES/django.po)
CHROMIUM ?= $(firstword $(shell for name in chromium chromium-browser google-chrome; do command -v $$name; done; true))

.PHONY: help run writable address setup test test-sqlite test-postgres test-browser bench bench-list bench-serve bench-pages chromium lint messages lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 22

run: writable address setup ## start the site with its data on http://HOST:PORT/
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed
	@echo "Coalition Pledges: http://$(if $(findstring :,$(HOST)),[$(patsubst [%],%,$(HOST))],$(HOST)):$(PORT)/  (Ctrl-C stops it)"
	@exec $(BIN)/gunicorn --config pledges/gunicorn.py pledges.wsgi

# what would only show later, and then as something else
writable:
	@test -w . && { test ! -e var || test -w var; } \
		|| { echo "$(CURDIR) cannot be written, and the site keeps its packages and data there." >&2; exit 1; }

address:
	@$(PYTHON) -c "$$TRY_ADDRESS"

define TRY_ADDRESS
import os, socket, sys
host, port = os.environ["HOST"].strip("[]"), os.environ["PORT"]
try:
    family, *_, place = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((place[0], int(port)))
except (OSError, OverflowError, ValueError) as error:
    reason = getattr(error, "strerror", None) or error
    sys.exit(f"The site cannot listen at {host}, port {port}: {reason}. Another: make run PORT=8001")
endef
export TRY_ADDRESS

setup: .venv/runtime $(CATALOGUES:.po=.mo) var/static/.stamp

.venv/bin/python: | writable
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is needed (Debian: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -f $@; exit 1; }

# a package index that is away: pip would try for long and then say that no such version exists
install = mkdir -p var && { $(PIP) --retries 1 --require-hashes -r $< 2>var/pip.log \
	|| { grep -q 'Retrying (' var/pip.log \
		&& echo "The package index cannot be reached: is there a network, or a proxy to name in https_proxy? (var/pip.log)" >&2 \
		|| cat var/pip.log >&2; exit 1; }; }

.venv/runtime: requirements.txt | writable .venv/bin/python
	@echo "Installing the packages ..."
	@$(install)
	@touch $@

.venv/dev: requirements-dev.txt | writable .venv/bin/python
	@echo "Installing the development packages ..."
	@$(install)
	@touch $@

%.mo: %.po | .venv/runtime
	@$(BIN)/python -c 'import polib, sys; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])' $< $@

var/static/.stamp: .venv/runtime $(shell find static)
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@touch $@

# what a stage of the tests took: time on the clock, time of the processors (all processes), the load at its start
timed = TIMEFORMAT="$(1): %R s, CPU %U + %S s,$$(uptime | sed 's/.*load/load/')"; time

test: test-sqlite test-postgres test-browser ## run all tests: SQLite, PostgreSQL, Chromium

test-sqlite: .venv/dev setup
	@$(call timed,SQLite) $(PYTEST) -n 2 --dist loadscope --ignore pledges/tests/browser

test-postgres: .venv/dev setup
	@$(call timed,PostgreSQL) $(BIN)/python -m pledges.tests.with_postgres $(PYTEST) -n 2 --dist loadscope -m sql

test-browser: .venv/dev setup chromium
	@$(call timed,Chromium) env CHROMIUM="$(CHROMIUM)" $(PYTEST) -n 2 --dist loadscope pledges/tests/browser

chromium:
	@test -n "$(CHROMIUM)" || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null; } \
		|| { echo "The browser tests need Chromium (Debian: apt install chromium fonts-noto-core)" >&2; exit 1; }
	@test -n "$(CHROMIUM)" || { apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-noto-core; }

bench: .venv/dev setup ## compare exports with other programs (BENCH="--rows 1000000 --rounds 3")
	$(BIN)/python -m pledges.benchmarks.exports $(BENCH)

lint: .venv/dev ## check style, imports, upgrades, migrations and the settings of a deployment
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(BIN)/django-upgrade --check --target-version 5.2 $$(find pledges -name '*.py' -not -path '*/migrations/*')
	$(MANAGE) makemigrations --check --dry-run
	ALLOWED_HOSTS=pledges.example SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(MANAGE) check --deploy --fail-level WARNING

bench-list: .venv/dev setup var/bench/datasette/.stamp ## compare the list with Datasette at 387, 10,000 and 100,000 pledges (BENCH="--rows 1000000")
	$(BIN)/python -m pledges.benchmarks.lists $(BENCH)

bench-serve: .venv/dev setup ## the rate of unchanged pages and files, and what a mixed load costs (BENCH="--only sqlite")
	$(BIN)/python -m pledges.benchmarks.serve $(BENCH)

# in an environment of its own: it is no package of ours
var/bench/datasette/.stamp: pledges/benchmarks/datasette.txt | writable
	@echo "Installing Datasette for the comparison ..."
	@$(PYTHON) -m venv --clear var/bench/datasette
	@var/bench/datasette/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench-pages: setup ## how long each page takes, as a ratio to the plain list (on the database of the site)
	$(BIN)/python -m pledges.benchmarks.pages

messages: .venv/dev ## bring the Arabic catalogue up to date with the strings in code and templates
	@mkdir -p var
	@$(BABEL) extract --mapping-file=pyproject.toml --output-file=var/django.pot \
		--add-location=file --sort-output --no-wrap --project=coalition-pledges .
	@$(BABEL) update --domain=django --locale=ar --input-file=var/django.pot --output-dir=pledges/locale \
		--init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	@# the plural forms of Django's own Arabic catalogue, else the two do not merge
	@sed -i 's/^"Plural-Forms: .*/"Plural-Forms: $(PLURAL_FORMS)\\n"/' pledges/locale/ar/LC_MESSAGES/django.po

PLURAL_FORMS = nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 \&\& n%100<=10 ? 3 : n%100>=11 \&\& n%100<=99 ? 4 : 5;

lock: ## write the requirements files anew from pyproject.toml (UPGRADE=--upgrade: newest versions)
	$(PYTHON) -m venv var/uv
	var/uv/bin/pip install --quiet --disable-pip-version-check uv
	var/uv/bin/uv pip compile $(LOCK) -o requirements.txt
	var/uv/bin/uv pip compile $(LOCK) --group parquet -o requirements-parquet.txt
	var/uv/bin/uv pip compile $(LOCK) --group dev -o requirements-dev.txt
	var/uv/bin/uv pip compile $(LOCK:pyproject.toml=-) -o pledges/benchmarks/datasette.txt <<<'datasette==0.65.*'

LOCK = pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $(UPGRADE)

clean: ## remove the installed packages and built files, never the database
	rm -rf .venv var/static var/uv var/ruff var/hypothesis var/pytest-of-* var/prepared.lock var/test-* var/django.pot var/pip.log $(CATALOGUES:.po=.mo)
