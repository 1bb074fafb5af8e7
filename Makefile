# Parzen: density and score from samples. `make` lists the targets.

PREFIX ?= /usr/local
BUILD = swift build -c release

.PHONY: help build run test format lint install uninstall clean system-library

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: system-library ## Build the command-line tool in release mode
	$(BUILD) --product parzen

run: build ## Estimate the density of the Old Faithful data: report, table and picture in out/
	@mkdir -p out
	$$($(BUILD) --show-bin-path)/parzen estimate Data/old-faithful.csv --at-samples \
	  --output out/old-faithful.csv --plot out/old-faithful.svg

test: system-library ## Build and run all tests, in release mode
	swift test -c release -Xswiftc -enable-testing

format: ## Format all Swift files in place
	Scripts/format --fix

lint: ## Check the format of all Swift files
	Scripts/format

install: build ## Install the tool under PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install "$$($(BUILD) --show-bin-path)/parzen" "$(DESTDIR)$(PREFIX)/bin/parzen"

uninstall: ## Remove what `make install` wrote
	rm -f "$(DESTDIR)$(PREFIX)/bin/parzen"

clean: ## Remove what was built
	swift package clean
	rm -rf out

system-library:
	@Scripts/install-system-library
