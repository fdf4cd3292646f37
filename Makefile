# flvstorm: what to type. `make run` shows the main job, `make test` proves it; both install what they need.

GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -s -w -X main.version=$(VERSION)
BIN     := bin/flvstorm
PKGS    := ./...
FUZZTIME ?= 20s
BENCHCOUNT ?= 1

.PHONY: build run test race storm matrix mutate fuzz bench lint golden gallery peers clean

build: ## the binary, bin/flvstorm
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/flvstorm

run: build ## the main job on the embedded server, without and with its bug, in some 20 s
	$(BIN) demo

test: peers lint ## everything, with real peers: ffmpeg, flvmeta, Chromium, Firefox, node-media-server, nginx
	FLVSTORM_PEERS=required $(GO) test -race -timeout 60m $(PKGS)

race: peers ## everything, 20 times under the race detector
	$(GO) test -race -count 20 -timeout 12h $(PKGS)

storm: build ## what is promised of a good server and of the first bug, by the strict measures: 20 seeds, 500 streams, some 5 minutes
	FLVSTORM_LONG=1 $(GO) test -count 1 -timeout 20m -run 'TestStormLong|TestIssueScripts' -v ./cmd/flvstorm

matrix: ## every bug and every lie with its codes, from inside and outside, 10 seeds; a good server with 50 seeds, some 40 minutes
	FLVSTORM_SEEDS=50 $(GO) test -count 1 -timeout 120m -run '^TestMatrix' ./cmd/flvstorm

mutate: ## break each condition of the judgement and of the witness: some row of the matrix has to fail for each, some 15 minutes
	FLVSTORM_MUTATE=all $(GO) test -count 1 -timeout 120m -run '^TestMutat' -v ./cmd/flvstorm

fuzz: ## every fuzz target, FUZZTIME each
	@for pkg in $$($(GO) list $(PKGS)); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$pkg || exit 1; \
	  done; \
	done

# The players beside each other are a run of their own, five rounds in itself. Two of them come from elsewhere: with
# FLVSTORM_BENCH_SRS=DIR (where objs/srs is; SRS 5.0) and FLVSTORM_BENCH_SB=FILE (sb_http_load of srs-bench, built with -O2).
bench: ## the figures of docs/performance.md, beside peers in the same run, half an hour with all peers there; BENCHCOUNT times each of those that hold nothing beside a peer
	$(GO) test -run '^$$' -bench . -benchmem -count $(BENCHCOUNT) -benchtime 0.5s -timeout 60m $$($(GO) list $(PKGS) | grep -v /internal/beside)
	$(GO) test -run '^$$' -bench . -timeout 30m ./internal/beside

lint: ## gofmt, vet, staticcheck
	@unformatted=$$(gofmt -l cmd chaos docs embedded internal load report); test -z "$$unformatted" || { echo "gofmt: $$unformatted"; exit 1; }
	$(GO) vet $(PKGS)
	$(GO) tool staticcheck $(PKGS)

golden: ## write the golden files anew; look at the diff
	$(GO) test ./report ./report/page ./report/compare -update

gallery: build ## the pictures in docs/gallery, from the runs that are kept there; needs Chromium
	FLVSTORM_GALLERY=$(abspath $(BIN)) $(GO) test -count 1 -run TestGallery -v ./docs/gallery

peers: ## what the tests run against: Debian packages and npm packages in .peers
	.ci/peers

clean:
	rm -rf bin .peers flvstorm-run
