# Every target works from a fresh clone: it installs what it needs first. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# What `make start` runs on leaves out Terraform's bindings (392 MB) and everything for development.
# `npm ci` removes node_modules first, and so both marks with it.
run_installed := node_modules/.installed-to-run
all_installed := node_modules/.installed-all
run_workspaces := common server client local

node := node --import tsx

$(run_installed): package-lock.json
	@$(check_node)
	npm ci --omit=dev --no-audit --no-fund $(foreach w,$(run_workspaces),--workspace $(w))
	@touch $@

$(all_installed): package-lock.json
	@$(check_node)
	npm ci --no-audit --no-fund
	@touch $@ $(run_installed)

check_node = node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	if (a > 20 || (a === 20 && b >= 19)) process.exit(0); \
	console.error("Node " + process.versions.node + " is too old. Install Node 20.19 or later (nodejs.org)."); \
	process.exit(2)' || { command -v node >/dev/null || echo "Node is missing. Install Node 20.19 or later (nodejs.org)." >&2; exit 2; }

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##### on one machine

.PHONY: start
start: $(run_installed) ## the whole chain on this machine, no cloud account needed
	@exec $(node) local/main.ts

.PHONY: chat
chat: $(run_installed) ## the terminal client; ARGS="--prompt '…'" goes to it (ARGS=--help lists all)
	@exec $(node) client/main.ts $(ARGS)

.PHONY: attach
attach: $(run_installed) ## this terminal, attached to the client that make start or the host runs
	@exec $(node) client/attach/main.ts $(ARGS)

##### checks

.PHONY: test
test: $(all_installed) ## format, lint, types, unit and integration tests
	@npm run -s test

.PHONY: test-ui
test-ui: $(all_installed) ## the terminal in tmux and the page in Chromium, driven as a person would
	@npx vitest run --config test/ui/vitest.config.ts

.PHONY: format
format: $(all_installed) ## put every file into the project's format
	@npm run -s format
