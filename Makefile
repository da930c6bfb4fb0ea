# One verb for each thing a person does. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo test terraform-test reliability simulate fuzz bench budget lint doc check emulators stop

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## See the store work, on a simulated AWS inside the process
	@echo 'Building what has changed: a few minutes the first time.' >&2
	@cargo run --quiet --locked --features simulator --example quickstart

test: ## Set up all that the tests need, then run every test
	@scripts/test

terraform-test: ## Test terraform/: its files, policies and examples, and the program in what it makes
	@scripts/terraform-test

reliability: ## Run what proves that no token is lost, duplicated or leaked; print figures
	@scripts/reliability

simulate: ## Random work of many processes: SEEDS=n of them, or SEED=n again
	@ZTOK_SEED=$(SEED) ZTOK_SEEDS=$(SEEDS) cargo test --locked $(if $(RELEASE),--release) --all-features --test it -- simulator::seed

lint: ## Check format, lints, dependencies and licences
	cargo fmt --check
	cargo fmt --check --manifest-path benches/Cargo.toml
	cargo clippy --locked --all-features --all-targets -- -D warnings
	cargo check --locked
	scripts/check-dependencies

doc: ## Build the documentation; a warning is an error
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --all-features

check: ## Run all that must hold before a change lands, as CI does
	@.ci/run

# Not taken from the environment: bash has a SECONDS of its own.
SECONDS := 60
fuzz: ## Run each fuzz target for a minute, or SECONDS=n
	@scripts/fuzz $(SECONDS)

bench: ## Measure beside the peers; write docs/PERFORMANCE.md (QUICK=1: a look only)
	@QUICK=$(QUICK) scripts/bench

budget: ## Hold API calls and the instructions of a hit to their budgets
	@scripts/budget

emulators: ## Start LocalStack and moto_server, and leave them running
	@localstack/up --only localstack
	@localstack/up --only moto
	@echo 'To use them: eval "$$(localstack/env)". To stop them: make stop.'

stop: ## Stop the emulators that were started here
	@localstack/down
