# make run         install what is missing, start everything, say how to sign in
# make test        check, then every test (real Asterisk, real Chromium)
# make check       format, lint, types, import contracts, console checks
# make bench       benchmarks; ONLY=name for one
# make chaos       faults at a centre at work, and what they cost; SEED=n FAULTS=n MINUTES=n, SHORT=1 has those that last be over in seconds,
#                  REPLICA=1 with a replica of the database, NODES=2; SOAK=1 MINUTES=n without faults: whether memory and descriptors stay flat
# make screenshots pictures of every screen, into ./var/screenshots; TO=folder, ONLY=part of a name
# make fmt         format the code
# make doctor      find and explain what is wrong here
# make clean       remove what was built and installed here; the data in ./var stays

PYTHON := .venv/bin/python
# where it is set, every start compiles every module anew
unexport PYTHONDONTWRITEBYTECODE
FRONTEND := PATH="$$PATH:$(CURDIR)/.venv/bin" npm --prefix frontend --silent run

.PHONY: run test check check-python check-console bench chaos screenshots fmt doctor clean bootstrap bootstrap-test

run: bootstrap
	@exec $(PYTHON) -m callbase.cli up

bootstrap:
	@scripts/bootstrap.sh run

bootstrap-test:
	@scripts/bootstrap.sh test

test: bootstrap-test
	@scripts/test.sh

check: bootstrap-test
	@scripts/check.sh

bench: bootstrap-test
	@$(PYTHON) -m benchmarks $(ONLY)

chaos: bootstrap-test
	@$(PYTHON) -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(FAULTS),--faults $(FAULTS)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(REPLICA),--replica) $(if $(NODES),--nodes $(NODES)) $(if $(SHORT),--short) $(if $(SOAK),--soak)

screenshots: bootstrap-test
	@$(PYTHON) -m tools.screenshots $(TO) $(if $(ONLY),--only $(ONLY))

fmt: bootstrap-test
	@.venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format . && $(FRONTEND) format

doctor: bootstrap
	@$(PYTHON) -m callbase.cli doctor

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache frontend/node_modules frontend/dist
