# Two commands matter: make run, make test. The others are for who works on qingting.

GO ?= go
GOFUMPT = mvdan.cc/gofumpt@v0.12.0
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.1
FUZZTIME ?= 20s
FUZZPKG ?= ./...
CHECKS ?= 2000

.DEFAULT_GOAL := help
.PHONY: help run test check race bench build fuzz cover shots chromium clean

help: ## List the targets.
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Run the whole thing on a built-in corpus and show the pain points.
	@bin/qingting demo --once

build: ## Build bin/qingting.
	@$(GO) build -o bin/qingting ./cmd/qingting

test: ## Run the tests. Needs Go, make, git and Chromium (make chromium).
	$(GO) test -timeout 14m ./...

check: ## Format, vet, lint, import directions, and the tests under the race detector (needs a C compiler).
	@out="$$($(GO) run $(GOFUMPT) -l $$(git ls-files '*.go'))"; test -z "$$out" || { echo "not gofumpt-formatted:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) test -run '^TestImportDirections$$' -count=1 ./internal/house
	$(GO) test -race ./...

bench: build ## Time each stage and the whole path; writes docs/performance.md.
	bin/qingting bench --markdown docs/performance.md

fuzz: ## Run each fuzz target for FUZZTIME (20s) and each property CHECKS times, in FUZZPKG; docs/fuzzing.md.
	@$(GO) list $(FUZZPKG) | while read -r pkg; do \
		tests="$$($(GO) test -list '^Fuzz|Properties$$' "$$pkg")" || exit 1; \
		for target in $$(echo "$$tests" | grep '^Fuzz'); do \
			echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x "$$pkg" || exit 1; \
		done; \
		if echo "$$tests" | grep -q 'Properties$$'; then \
			echo "$$pkg properties"; $(GO) test -run 'Properties$$' -count=1 -timeout 0 "$$pkg" -rapid.checks=$(CHECKS) -rapid.nofailfile || exit 1; \
		fi; \
	done

cover: ## Test coverage by package, and coverage.html.
	$(GO) test -coverprofile=coverage.out ./...
	$(GO) tool cover -html=coverage.out -o coverage.html

shots: ## Pictures of every page, in both languages, on two screens, in light and dark: shots/*.png.
	$(GO) test ./web/browser -run '^TestShots$$' -count=1 -shots "$(CURDIR)/shots"

chromium: ## Install the browser that the tests of the pages look with (Debian or Ubuntu; as root).
	apt-get update -q && apt-get install -qy --no-install-recommends chromium fonts-noto-cjk

clean: ## Delete what the targets above made.
	rm -rf bin shots coverage.out coverage.html
