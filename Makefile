# Parzen: density and score from samples. `make` lists the targets.

PREFIX ?= /usr/local
BUILD = swift build -c release

.PHONY: help build run test check-all check-faults check-mpi check-examples format lint documentation install install-library uninstall test-c wheel test-python clean system-library

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

check-faults: build ## Try to break the tool: bad files, extreme options, kills, full disks (an hour)
	Scripts/check-faults "$$($(BUILD) --show-bin-path)/parzen"

check-mpi: build ## Check parzen-mpi: the same bits for any number of processes, errors, kills (Open MPI, NumPy)
	swift build -c release --package-path MPI
	Scripts/check-mpi

check-examples: system-library ## Build and run the programs of Examples
	Scripts/check-examples

check-all: system-library ## What takes long: all instruction sets, sanitizers, NEON, debug, coverage
	Scripts/check-all

format: ## Format all Swift files in place
	Scripts/format --fix

lint: ## Check formats, lengths of lines, cycles between the folders of a module, and imports
	Scripts/format
	Scripts/check-lines
	Scripts/check-folders
	Scripts/check-imports

# The Swift runtime and zlib are linked into the tool, so that it needs nothing beside libc and OpenBLAS.
INSTALLED = $(BUILD) --scratch-path .build-install --static-swift-stdlib -Xlinker -s \
  $$(Scripts/static-libraries .build-install/archives)
COMPLETIONS = bash/share/bash-completion/completions/parzen zsh/share/zsh/site-functions/_parzen \
  fish/share/fish/vendor_completions.d/parzen.fish

install: system-library ## Install the tool, completions and a manual page under PREFIX (default /usr/local)
	$(INSTALLED) --product parzen
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/man/man1"
	install "$$($(INSTALLED) --show-bin-path)/parzen" "$(DESTDIR)$(PREFIX)/bin/parzen"
	for entry in $(COMPLETIONS); do \
	  path="$(DESTDIR)$(PREFIX)/$${entry#*/}"; install -d "$$(dirname "$$path")"; \
	  "$(DESTDIR)$(PREFIX)/bin/parzen" --generate-completion-script "$${entry%%/*}" > "$$path"; \
	done
	Scripts/manual-page "$(DESTDIR)$(PREFIX)/bin/parzen" > "$(DESTDIR)$(PREFIX)/share/man/man1/parzen.1"

install-library: system-library ## Install the C interface under PREFIX: parzen.h, libparzen.so, parzen.pc
	Scripts/build-library out/library
	install -d "$(DESTDIR)$(PREFIX)/include" "$(DESTDIR)$(PREFIX)/lib/pkgconfig"
	install -m 644 Sources/CParzen/include/parzen.h "$(DESTDIR)$(PREFIX)/include/parzen.h"
	install out/library/libparzen.so "$(DESTDIR)$(PREFIX)/lib/libparzen.so.1"
	ln -sf libparzen.so.1 "$(DESTDIR)$(PREFIX)/lib/libparzen.so"
	sed -e 's|@PREFIX@|$(PREFIX)|' -e "s|@VERSION@|$$(Scripts/version)|" Sources/CParzen/parzen.pc.in \
	  > "$(DESTDIR)$(PREFIX)/lib/pkgconfig/parzen.pc"

uninstall: ## Remove what `make install` and `make install-library` wrote
	rm -f "$(DESTDIR)$(PREFIX)/bin/parzen" "$(DESTDIR)$(PREFIX)/share/man/man1/parzen.1" \
	  "$(DESTDIR)$(PREFIX)/include/parzen.h" \
	  "$(DESTDIR)$(PREFIX)/lib/libparzen.so" "$(DESTDIR)$(PREFIX)/lib/libparzen.so.1" \
	  "$(DESTDIR)$(PREFIX)/lib/pkgconfig/parzen.pc"
	for entry in $(COMPLETIONS); do rm -f "$(DESTDIR)$(PREFIX)/$${entry#*/}"; done

test-c: ## Build the C interface, install it into a temporary folder and test it from C
	Scripts/test-c-interface

wheel: system-library ## Build the Python wheel and the source distribution in out/wheel
	Scripts/build-wheel out/wheel

test-python: wheel ## Install the wheel into a fresh virtual environment and test it there
	Scripts/test-wheel out/wheel

documentation: build ## Build the documentation of the library in out/documentation, a static site
	Scripts/build-documentation

clean: ## Remove what was built
	swift package clean
	rm -rf out

system-library:
	@Scripts/install-system-library
