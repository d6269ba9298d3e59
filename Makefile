# make build        bin/deskd, a static program
# make test         everything that must hold before a change goes in
# make test-fast    what can be known in seconds, for while writing
# make corpus       what of the mail corpus beside the repository is understood, and what not
# make fuzz         the parsers on made-up mails, FUZZ_TIME each (default 5m)
# make bench        the benchmarks, on SQLite and PostgreSQL with Dovecot
# make bench-parse  reading mails beside enmime, in one run
# make lint         formatting, vet and staticcheck
# make demo         the product in a minute

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# The test programs that run at the same time, and the time one may take. Two
# keep two cores busy; more would fight for them under the race detector.
TEST_PARALLEL ?= 2
TEST_TIMEOUT  ?= 12m

FUZZ_TIME     ?= 5m

.PHONY: build test test-deps test-fast corpus fuzz bench bench-parse lint demo

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.release=$(VERSION)' -o bin/deskd ./cmd/deskd

# Servers that are missing fail the tests here, and nothing is taken from the
# cache: make test says what is so now.
test: test-deps lint
	DESKD_REQUIRE_SERVERS=1 CGO_ENABLED=1 go test -race -count=1 -p $(TEST_PARALLEL) -timeout $(TEST_TIMEOUT) ./...
	go test -count=1 -timeout $(TEST_TIMEOUT) -run TestAttackers ./scenario # ten times as many as with -race
	go test -count=1 -timeout $(TEST_TIMEOUT) -run 'TestHeap|TestHostile' ./mail # memory is not measured with -race
	$(MAKE) fuzz FUZZ_TIME=2s

test-deps:
	@scripts/test-deps

test-fast:
	go test -short ./...

corpus:
	go test -count=1 -v -run TestScoreboard ./mail -misses

# Each target alone: go test fuzzes one at a time.
fuzz:
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ_TIME) -fuzzminimizetime 5s $$package; \
		done; done

bench: build
	bin/deskd bench ingest

# A module of its own: the product depends on nothing it is compared with.
bench-parse:
	cd bench/enmime && go test -run '^$$' -bench . -benchtime 10x .

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then \
		echo "gofmt would change these files; run gofmt -w on them:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	cd bench/enmime && go vet ./...
	go tool staticcheck ./...

demo:
	go run ./cmd/deskd demo
