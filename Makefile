# `make help` lists what there is. Every target installs what it needs and the machine lacks (scripts/setup).

SHELL := /bin/bash
program := .build/release/samotop
# With Swift's own libraries inside: faster, and nothing but the C library, libunbound, librnp and libcrypto is needed where it runs.
release = swift build -c release --static-swift-stdlib $(FLAGS)
debug = swift build $(FLAGS)
ARGS ?=
# For both builds: a change builds everything anew. .ci/run leaves out what a debugger needs, which is a fifth of the time.
FLAGS ?=

.DEFAULT_GOAL := help
.PHONY: help run build test unit pages browser screenshots conformance fuzz-replay interop durability no-trace lint bench fuzz docs clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

run: ## build and try the server on ports of your own: samotop try (ARGS=… are its arguments)
	@scripts/setup run
	$(release) --product samotop
	$(program) try $(ARGS)

build: ## the server, optimised, in .build/release/samotop
	@scripts/setup
	$(release) --product samotop

test: ## everything that can fail: lint, pages, unit tests, fuzz corpus, interoperability, durability in short, traces
	@scripts/setup test
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory pages
	@$(MAKE) --no-print-directory browser
	@$(MAKE) --no-print-directory interop
	Tests/Conformance/run
	Durability/run --quick
	NoTrace/run

unit: ## the Swift tests (ARGS="--filter …")
	$(debug) --build-tests
	swift test --skip-build $(or $(ARGS),--skip UnboundResolverTests)
	@# Apart: they wait for name servers, and what waits beside them in one process has been seen to run out of its time.
	$(if $(ARGS),,swift test --skip-build --filter UnboundResolverTests)

pages: ## what the pages and dialogues say of the code, and their form: every scripts/check-*
	@for check in scripts/check-*; do echo "$$check"; $$check || exit 1; done

browser: ## the pages in a headless Chromium: deciding, keys, contrast, markup of strangers
	@scripts/setup test
	@# With the tests: what is built without them is built all anew.
	$(debug) --build-tests
	Tests/Browser/run $(ARGS)

screenshots: ## a picture of every page into docs/images
	@scripts/setup test
	$(debug) --build-tests
	Tests/Browser/run --screenshots

fuzz-replay: ## every input that fuzzing ever found, once, with Address Sanitizer (the unit tests play them without)
	@if [ -x Fuzz/run ]; then Fuzz/run replay; else echo "fuzz-replay: no Fuzz/run, nothing to replay"; fi

conformance: ## published suites through the built program: N passed, N failed for each
	@scripts/setup test
	$(release) --product samotop
	Tests/Conformance/run $(ARGS)
	$(debug) --build-tests
	@# The other sets are of parts that the program shows no more of than a verdict: they print their lines as tests.
	set -o pipefail; swift test --skip-build --filter 'Vector|Suite|Conformance|Canonicalization|DKIMKey|DKIMSignature|SPFRecord' \
	    | grep -E '^[a-z][^:]*: [0-9]+ passed, [0-9]+ failed|^[a-z-]+: skipped|✘'
	@echo "psl: not used: RFC 9989 §4.10 finds organisational domains by a walk of the DNS, not by a list"

interop: ## real clients and servers against the release build (ARGS="-k postfix" picks some)
	@scripts/setup test
	$(release) --product samotop
	$(release) --product SigningExample
	@# They wait more than they work: three at a time.
	Tests/Interop/run -n 3 $(ARGS)

durability: ## kill -9, errors, power cuts: what was acknowledged is there, once (ARGS="--quick", "--mutants", …)
	@scripts/setup durability
	$(release) --product samotop
	Durability/run $(ARGS)

no-trace: ## privacy: no-trace on a disk that is searched for what went through it (ARGS="--mutants"); needs root
	@scripts/setup no-trace
	$(release) --product samotop
	NoTrace/run $(ARGS)

lint: ## formatting of the Swift sources, syntax of the scripts
	scripts/lint

bench: ## our server beside smtp-sink and Postfix, and the parsers alone (ARGS="--quick")
	@scripts/setup bench
	Benchmarks/run $(ARGS)

fuzz: ## look for new inputs that break a parser (ARGS go to Fuzz/run)
	@scripts/setup
	Fuzz/run $(ARGS)

docs: ## the API documentation, as static pages in .build-docs
	@scripts/setup docs
	scripts/docs

clean: ## remove everything that was built, and the peers that were unpacked
	rm -rf .build .build-*
