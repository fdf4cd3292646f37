// Package peertest says which of the programs that tests run against (ffmpeg, curl, a browser) are there, and what it means
// if one is not: the test is skipped, unless FLVSTORM_PEERS=required says that all of them must be there, as make test does.
// It also makes what needs no program: an authority with its certificates, and a terminator of TLS. Nothing but tests
// imports it.
package peertest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Program returns the path of the first of these programs that is there. They are names of the same thing.
func Program(tb testing.TB, names ...string) string {
	tb.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(tb, names[0])
	return ""
}

// CurlRTMP returns the path of a curl that was built with librtmp and so can publish; not every distribution's was.
func CurlRTMP(tb testing.TB) string {
	tb.Helper()
	path := Program(tb, "curl")
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		tb.Fatalf("curl --version: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		if protocols, ok := strings.CutPrefix(line, "Protocols:"); ok && slices.Contains(strings.Fields(protocols), "rtmp") {
			return path
		}
	}
	Missing(tb, "curl with librtmp")
	return ""
}

// Missing ends a test that needs what is not there.
func Missing(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv("FLVSTORM_PEERS") == "required" {
		tb.Fatalf("%s is not there, and FLVSTORM_PEERS=required; run make peers", what)
	}
	tb.Skipf("%s is not there; with FLVSTORM_PEERS=required this would be a failure", what)
}
