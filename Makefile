# Everything a day's work needs is one command; each makes its own .venv first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(wildcard src/skep/_runtime/*.[ch])
PYTHON_FILES = $(shell find src -name '*.py')
COMPILED := build/compiled

.PHONY: run test test-compiled compiled bench lint types parity fuzz tsan clean help

help:
	@echo "make run | test | test-compiled | lint | types | bench | parity | fuzz | tsan | clean"

# The stamp is remade when the build's inputs change: dependencies or C sources.
$(VENV)/.stamp: pyproject.toml setup.py $(SOURCES)
	@$(PYTHON) -c 'import sys, sysconfig, os, ensurepip; \
	  sys.exit(sys.version_info < (3, 11) or not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' || \
	  { echo "skep needs Python 3.11 with venv and headers; on Debian: apt install python3.11-venv python3.11-dev gcc" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing skep and its tools into $(VENV) (a few minutes the first time)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[cc,dev]'
	@touch $@

run: $(VENV)/.stamp
	@$(BIN)/skep run examples/xdp_count.bpf.c --pcap examples/traffic.pcap
	@echo
	@$(BIN)/skep run examples/xdp_balancer.bpf.c --pcap examples/traffic.pcap

test: $(VENV)/.stamp
	$(BIN)/python -m pytest -n 2 -q

# The package as it is installed, with the verifier as machine code, apart from the sources: nothing there is
# shadowed by it.
compiled: $(COMPILED)/.stamp
$(COMPILED)/.stamp: $(VENV)/.stamp $(PYTHON_FILES)
	@echo "compiling the verifier into $(COMPILED) (a minute)"
	@rm -rf $(COMPILED)
	@SKEP_COMPILE=1 $(BIN)/python setup.py --quiet build --build-base build/compiling --build-lib $(COMPILED)
	@touch $@

test-compiled: compiled
	@PYTHONPATH=$(COMPILED) $(BIN)/python -c 'import skep.kernel.verifier.check as c; print("testing", c.__file__)' | \
	  grep '\.so$$' || { echo "the verifier in $(COMPILED) is not compiled" >&2; exit 1; }
	PYTHONPATH=$(COMPILED) $(BIN)/python -m pytest -q tests/verifier
	PYTHONPATH=$(COMPILED) $(BIN)/python -m tools.parity

lint: $(VENV)/.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.stamp
	$(BIN)/mypy

bench: compiled
	PYTHONPATH=$(COMPILED) $(BIN)/python -m benchmarks

# CORPUS="DIR ...": also every object below these; PARITY: more options of the harness.
parity: $(VENV)/.stamp
	$(BIN)/python -m tools.parity $(foreach dir,$(CORPUS),--corpus $(dir)) $(PARITY)

fuzz: $(VENV)/.stamp
	$(BIN)/python -m fuzz.insns --count 1000
	$(BIN)/python -m fuzz.verifier --count 300
	$(BIN)/python -m fuzz.loads --count 3000
	$(BIN)/python -m fuzz.soundness --count 2000
	$(BIN)/python -m fuzz.soundness --count 2000 --unprivileged
	$(BIN)/python -m fuzz.helpers --count 300
	$(BIN)/python -m fuzz.maps --count 300

# The data plane with the thread sanitiser: threads work on maps of each kind, without Python. It wants the usual
# places in memory, so addresses are not randomised.
RUNTIME := src/skep/_runtime
tsan: build/tsan-stress
	TSAN_OPTIONS=suppressions=tools/tsan/suppressions setarch -R $< 20000

build/tsan-stress: tools/tsan/stress.c $(SOURCES) $(VENV)/.stamp
	@mkdir -p build
	$(CC) -std=gnu11 -g -O1 -fsanitize=thread -fno-strict-aliasing -pthread -I $(RUNTIME) \
	  $$($(BIN)/python -c 'import sysconfig as s; print("-I", s.get_path("include"))') \
	  tools/tsan/stress.c $(wildcard $(RUNTIME)/*.c) -o $@ \
	  $$($(BIN)/python -c 'import sysconfig as s; d = s.get_config_var("LIBDIR"); \
	    print("-L" + d, "-Wl,-rpath," + d, "-lpython" + s.get_config_var("LDVERSION"), "-ldl -lm")')

clean:
	rm -rf $(VENV) build src/*.egg-info
	find src -name "*.so" -delete
