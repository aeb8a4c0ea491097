# Deno, in the version that lib/pack/deno.sh names: from PATH or through npx.
DENO := sh lib/pack/deno.sh

.PHONY: help build compile man install deb release test unit test-crash bench mutants demo picture fmt lint check clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

# ARCH (x86_64 or aarch64): for a machine of that kind, whatever this one is.
FILE = dist/pgladder$(if $(ARCH),-$(ARCH))

build: ## dist/pgladder: one file for any Linux; with ARCH=aarch64 dist/pgladder-aarch64
	ARCH=$(ARCH) sh lib/pack/build.sh

# For those who would rather have Deno's own format. `deno compile` fetches its
# runtime, denort, from Deno's download server; without a way there, put the
# path of a denort of the same version into DENORT_BIN. What it makes needs
# glibc's loader where others have it, which NixOS and Alpine lack, and asks for
# FFI as a whole, as the place of libc is not known.
compile: ## dist/pgladder-compiled: plain `deno compile` (needs denort)
	$(DENO) compile --no-prompt --no-remote --frozen --allow-read --allow-write \
		--allow-run --allow-env --allow-sys --allow-ffi \
		--include lib/job --include lib/cli/ansible/project --output dist/pgladder-compiled main.ts

# The suites that were seen green again and again; each raises hosts of its own.
SPECS := upgrade jobs rollback refusal closed secrets

# A sample of the crashes, in seconds; test-crash tells them all.
CRASHES := tests/contract/fake_test.ts tests/crash/cases_test.ts tests/crash/layers_test.ts tests/mutants
# And of those of the real program and of real file systems, in minutes: after
# the hosts, whose rig installs what makes file systems.
REAL := tests/crash/process/process_test.ts tests/crash/power/power_test.ts

man: ## dist/pgladder.1, the manual, from the same pages as `pgladder help`
	mkdir -p dist
	$(DENO) run -A main.ts help --man > dist/pgladder.1.new
	mv dist/pgladder.1.new dist/pgladder.1

VERSION = $(shell sed -n 's/^ *"version": "\(.*\)",/\1/p' deno.json)
PREFIX := /usr/local

install: ## what make build made, its man page and completions, below PREFIX
	sh lib/pack/install.sh dist/pgladder "$(DESTDIR)$(PREFIX)"

deb: build ## dist/pgladder_VERSION_amd64.deb, with ARCH=aarch64 _arm64.deb
	sh lib/pack/deb.sh $(FILE) "$(VERSION)" dist

release: ## dist/release: for each machine the one file and the .deb, and their checksums
	$(MAKE) build ARCH=x86_64
	$(MAKE) build ARCH=aarch64
	sh lib/pack/release.sh "$(VERSION)" dist/release dist/pgladder-x86_64 dist/pgladder-aarch64

# Clusters that seeds make, and what the oracle must see; after the hosts, whose rig builds the images.
ZOO := tests/zoo
# What a server's own user or superuser plants, on a host.
HOSTILE := tests/hostile

test: lint check build ## what every change must pass; raises hosts in this machine
	tests/run.sh journal lib tests/architecture_test.ts tests/tidy_test.ts tests/words_test.ts $(CRASHES) $(SPECS:%=tests/specs/%_test.ts) $(REAL) $(ZOO) $(HOSTILE)

# All tests beside their files but those that raise a host or pack the program.
UNIT = $(shell find journal lib -name '*_test.ts' -not -path 'lib/pack/*' | xargs grep -L 'testdata/host.ts')

unit: ## the tests that need no host, in a minute; `make check` sees to types
	DENO_JOBS=$$(($$(nproc) + 1)) $(DENO) test -A --no-check --parallel --quiet $(UNIT) tests/architecture_test.ts tests/tidy_test.ts tests/words_test.ts tests/contract/fake_test.ts

test-crash: build ## every crash case, contract and spec, and a table of them: hours
	tests/crash.sh

# BENCH_SIZES, BENCH_DISKS and BENCH_WAYS set others; tests/bench/main.ts has the rest.
bench: build ## upgrades by hand and by pgladder, measured: a table and a picture in tests/bench
	$(DENO) run -A tests/bench/main.ts

mutants: ## plants faults in a copy, each of which must turn a suite red
	$(DENO) run -A tests/mutants/main.ts

demo: build ## an upgrade on this machine, interrupted and resumed
	tests/rig/demo.sh

picture: build ## tests/rig/demo.svg: what the demo prints, as a moving picture
	PGLADDER_DEMO_DOWN=1 $(DENO) run -A tests/rig/record.ts tests/rig/demo.svg tests/rig/demo.sh

fmt: ## format the sources
	$(DENO) fmt

lint: ## formatting and lint, changing nothing
	$(DENO) fmt --check
	$(DENO) lint

check: ## types
	$(DENO) check .

clean: ## remove what was built
	rm -rf dist
