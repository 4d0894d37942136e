# make run    the sample newsroom
# make check  what a change must pass before it is committed: under a minute
# make test   everything, on a fresh Debian machine too
# make soak   what takes long: fuzzing and load
# make bench  the measurements of doc/benchmarks.md

export CGO_ENABLED ?= 1
export STET_TEST_TOOLS = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/stet/tools

.PHONY: run check test soak bench

# The packages with tests that take one step after the other. The race detector has
# nothing to see in those and makes them take several times as long.
UNRACED = $(shell grep -rl --include=*_test.go '^//go:build !race' . | xargs -n 1 dirname | sort -u)

run:
	go run ./cmd/stet demo

check:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'run gofmt -w .'; exit 1; }
	go vet ./...
	go test -short ./...

test:
	.ci/prepare
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'run gofmt -w .'; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	STET_TEST_ALL=1 .ci/postgres go test -race -timeout 20m ./...
	STET_TEST_ALL=1 .ci/postgres go test -parallel 4 -timeout 20m $(UNRACED)

FUZZTIME ?= 60s

soak:
	.ci/prepare
	STET_TEST_ALL=1 STET_SOAK=1 .ci/postgres go test -race -timeout 60m ./...
	STET_TEST_ALL=1 STET_SOAK=1 .ci/postgres go test -parallel 1 -timeout 60m $(UNRACED)
	@for pkg in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

bench:
	.ci/prepare nginx wrk
	.ci/postgres go run ./bench
