# Every target works from a fresh clone: it installs what it needs first. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# What `make start` runs on leaves out Terraform's bindings (392 MB) and everything for development.
# The checks leave out what only benchmarks and foreign clients need: the workspaces below test/.
# `npm ci` removes node_modules first, and so every mark with it.
run_installed := node_modules/.installed-to-run
checks_installed := node_modules/.installed-to-check
all_installed := node_modules/.installed-all
run_workspaces := common server client local
check_workspaces := $(run_workspaces) cdktf scripts test

node := node --import tsx
# Adds to what is there, so that a `make start` that runs keeps its packages; a fresh clone gets exactly
# the lockfile's.
install := npm $(if $(wildcard node_modules),install --no-save,ci) --no-audit --no-fund
# make bootstrap leaves the certificate of a host with TLS=self-signed here.
host_certificate := .cleanauth/server-certificate.pem
trust_host := $(if $(NODE_EXTRA_CA_CERTS),,$(if $(wildcard $(host_certificate)),NODE_EXTRA_CA_CERTS=$(host_certificate)))

$(run_installed): package-lock.json
	@$(check_node)
	$(install) --omit=dev $(foreach w,$(run_workspaces),--workspace $(w))
	@touch $@

$(checks_installed): package-lock.json
	@$(check_node)
	$(install) --include-workspace-root $(foreach w,$(check_workspaces),--workspace $(w))
	@touch $@ $(run_installed)

$(all_installed): package-lock.json
	@$(check_node)
	$(install)
	@touch $@ $(run_installed) $(checks_installed)

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
	@$(trust_host) exec $(node) client/main.ts $(ARGS)

.PHONY: attach
attach: $(run_installed) ## this terminal, attached to the client that make start or the host runs
	@$(trust_host) exec $(node) client/attach/main.ts $(ARGS)

##### in AWS

.PHONY: plan deploy outputs destroy hcl state-bucket
plan: $(checks_installed) ## what make deploy would do
	@exec $(node) scripts/plan.ts $(ARGS)

deploy: $(checks_installed) ## make the host and what belongs to it: VPC_ID= PUBLIC_SUBNET_ID= AVAILABILITY_ZONE= (default VPC)
	@exec $(node) scripts/deploy.ts $(ARGS)

outputs: $(checks_installed) ## the deployed stack's outputs (ARGS=--json for machines)
	@exec $(node) scripts/outputs.ts $(ARGS)

destroy: $(checks_installed) ## take the stack away; asks for its name, or CONFIRM=
	@exec $(node) scripts/destroy.ts $(ARGS)

hcl: $(checks_installed) ## the stack as plain Terraform configuration in hcl/
	@exec $(node) scripts/hcl.ts $(ARGS)

state-bucket: $(checks_installed) ## make the bucket STATE_BUCKET= for a state that several people share
	@exec $(node) scripts/state-bucket.ts $(ARGS)

.PHONY: bootstrap rollback logs audit doctor
bootstrap: $(checks_installed) ## install and start server and client on the host: ARGS="--check --diff --tags settings"
	@exec $(node) scripts/bootstrap.ts $(ARGS)

rollback: $(checks_installed) ## put the release before the current one into service again
	@exec $(node) scripts/rollback.ts $(ARGS)

logs: $(checks_installed) ## the host's server.log and client.log, followed: ARGS="--since 1h --grep TEXT"
	@exec $(node) scripts/logs.ts $(ARGS)

audit: $(if $(wildcard .cleanauth/outputs.json),$(checks_installed),$(run_installed)) ## who called which tool of a server behind this one: ARGS="--user demo --since 1h"
	@exec $(node) scripts/audit.ts $(ARGS)

doctor: $(checks_installed) ## check every link of the chain; each failure with the command that mends it
	@exec $(node) scripts/doctor.ts $(ARGS)

.PHONY: sg-open sg-close sg-list tunnel
sg-open: $(checks_installed) ## let one address reach the host for a while: CIDR= PORTS=8080,8501 TTL=2h
	@exec $(node) scripts/sg-open.ts $(ARGS)

sg-close: $(checks_installed) ## take back what sg-open opened: CIDR= PORTS= narrow it
	@exec $(node) scripts/sg-close.ts $(ARGS)

sg-list: $(checks_installed) ## who may reach the host, and until when
	@exec $(node) scripts/sg-list.ts $(ARGS)

tunnel: $(checks_installed) ## the host's ports on this machine over SSM, with no inbound rule at all
	@exec $(node) scripts/tunnel.ts $(ARGS)

.PHONY: user users
user: $(checks_installed) ## create or reset a user: NAME= EMAIL= GROUP=; ARGS=disable|enable|delete|reset-mfa
	@exec $(node) scripts/user.ts $(ARGS)

users: $(checks_installed) ## the users of the pool
	@exec $(node) scripts/users.ts $(ARGS)

##### checks

.PHONY: test
test: $(checks_installed) ## format, lint, types, unit and integration tests
	@npm run -s test

.PHONY: test-ui
test-ui: $(checks_installed) ## the terminal in tmux and the page in Chromium, driven as a person would: ARGS=page-hostile for one file
	@npx vitest run --config test/ui/vitest.config.ts $(ARGS)

.PHONY: screenshots
screenshots: $(checks_installed) ## take the README's pictures anew, into docs/images/ (needs Chromium)
	@exec $(node) test/ui/screenshots-main.ts

.PHONY: e2e
e2e: $(checks_installed) ## the deployed path for real: Terraform, an emulator of AWS, booted hosts
	@exec node node_modules/vitest/vitest.mjs run --config test/e2e/vitest.config.ts $(ARGS)

.PHONY: load soak
load: $(checks_installed) ## the server under load and with faults, in minutes: ARGS="-t flood"
	@npx vitest run --config test/load/vitest.config.ts $(ARGS)

soak: $(checks_installed) ## the same for half an hour: ten minutes of calls, 100,000 hostile requests
	@SOAK=1 npx vitest run --config test/load/vitest.config.ts $(ARGS)

.PHONY: bench
bench: $(all_installed) ## the benchmarks, beside peers in the same run: ARGS="--only http --quick"
	@npx tsc --noEmit -p test/bench
	@exec $(node) test/bench/main.ts $(ARGS)

.PHONY: conformance
conformance: $(all_installed) ## the official MCP conformance suite: ARGS="server", ARGS="gateway" or ARGS="client" for a part
	@exec $(node) test/conformance/main.ts $(ARGS)

.PHONY: attack
attack: $(checks_installed) ## plays attacks against a server of its own, or ARGS="http://localhost:PORT" of make start
	@exec $(node) test/attack/main.ts $(ARGS)

.PHONY: clients
clients: $(all_installed) ## other people's clients (mcp-remote, MCP Inspector) sign in and call a tool
	@npx vitest run --config test/clients/vitest.config.ts $(ARGS)

.PHONY: servers
servers: $(all_installed) ## well-known MCP servers from npm behind this sign-in, through make chat
	@npx vitest run --config test/servers/vitest.config.ts $(ARGS)

.PHONY: format
format: $(checks_installed) ## put every file into the project's format
	@npm run -s format
