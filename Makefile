# Two commands: `make demo` and `make test`. Both set up what they need in .venv; python3 >= 3.11 and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint browse bench-archive bench-extract bench-crawl bench-browse bench-sites clean

help:
	@echo "make demo           crawl the embedded fixture site into archive.db"
	@echo "make test           run the tests"
	@echo "make lint           types, lint and format"
	@echo "make browse         open archive.db in the browser's library view"
	@echo "make bench-archive  figures of the archive"
	@echo "make bench-extract  figures of the extractor, beside others (WCXB=folder of the annotated pages)"
	@echo "make bench-crawl    figures of the crawl, beside Scrapy (needs nginx)"
	@echo "make bench-browse   figures of the pages"
	@echo "make bench-sites    crawl copies of real sites, if their data is there"
	@echo "make clean          remove .venv (archive.db stays)"

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make virtual environments here; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.runtime: $(VENV)/.python pyproject.toml
	@echo "installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[parquet]"
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[parquet]" --group dev
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/scraper demo --archive archive.db

browse: $(VENV)/.runtime
	@$(BIN)/scraper browse --archive archive.db

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist loadfile  # a file's tests share what they set up

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench-archive: $(VENV)/.runtime
	@$(BIN)/python benchmarks/archive_search.py
	@$(BIN)/python benchmarks/archive_dedup.py
	@$(BIN)/python benchmarks/archive_page.py
	@$(BIN)/python benchmarks/archive_verify.py
	@$(BIN)/python benchmarks/archive_kill.py

bench-extract: $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@$(BIN)/python -m benchmarks.extract

bench-crawl: $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@$(BIN)/python -m benchmarks.crawl

bench-browse: $(VENV)/.runtime
	@$(BIN)/python benchmarks/browse.py

bench-sites: $(VENV)/.runtime
	@$(BIN)/python -m benchmarks.real_sites

clean:
	rm -rf $(VENV) build dist *.egg-info
