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

# The tool finds the files it ships with beside itself, so both go to libexec and bin gets a launcher.
install: build ## Install the tool under PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/libexec/parzen"
	install "$$($(BUILD) --show-bin-path)/parzen" "$(DESTDIR)$(PREFIX)/libexec/parzen/parzen"
	cp -R "$$($(BUILD) --show-bin-path)"/parzen_*.resources "$(DESTDIR)$(PREFIX)/libexec/parzen/"
	printf '#!/bin/sh\nexec "%s/libexec/parzen/parzen" "$$@"\n' "$(PREFIX)" > "$(DESTDIR)$(PREFIX)/bin/parzen"
	chmod 755 "$(DESTDIR)$(PREFIX)/bin/parzen"

uninstall: ## Remove what `make install` wrote
	rm -rf "$(DESTDIR)$(PREFIX)/bin/parzen" "$(DESTDIR)$(PREFIX)/libexec/parzen"

clean: ## Remove what was built
	swift package clean
	rm -rf out

system-library:
	@Scripts/install-system-library
