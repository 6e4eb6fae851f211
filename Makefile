# Everything that a checkout can do. On a fresh Debian or Ubuntu with Python 3.11, `make demo` and
# `make test` install what is missing first; a second run finds it there.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test matrix lint bench bundle engine engine-path run screenshots setup clean

help:
	@echo "make demo         from the bundled sound to a verified instrument, then the window"
	@echo "make test         every check; the last line is pytest's summary"
	@echo "make matrix       force every combination of configurations through the real RAVE; 20 minutes"
	@echo "make lint         the checks that run no tests"
	@echo "make bench        measure, side by side with what others offer"
	@echo "make bundle       a folder with the application that needs no Python"
	@echo "make engine       install the engine (RAVE) that make uses"
	@echo "make engine-path  print the python of that engine"
	@echo "make run          open the window"
	@echo "make screenshots  a picture of every page"
	@echo "make clean        remove what was built here; the shared engine stays"

setup:
	@scripts/venv

engine-path:
	@scripts/engine-path

engine: setup
	@scripts/engine

demo: engine
	@scripts/demo

test: engine
	@scripts/test

matrix: engine
	@scripts/matrix

lint: setup
	@scripts/lint

bench: engine
	@scripts/bench

bundle: engine
	@scripts/bundle

run: engine
	@scripts/with-engine .venv/bin/rave-gui

screenshots: engine
	@scripts/screenshots

clean:
	@scripts/clean
