package peertest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// verdict is a test that notes how it ended.
type verdict struct {
	testing.TB
	ended string
}

func (v *verdict) Helper() {}

func (v *verdict) Fatalf(format string, args ...any) {
	v.ended = "failed: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (v *verdict) Skipf(format string, args ...any) {
	v.ended = "skipped: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestMissing(t *testing.T) {
	const with, without = "curl 8 librtmp/2.3\nProtocols: http rtmp rtsp\n", "curl 8\nProtocols: http rtsp\nFeatures: rtmp\n"
	program := func(tb testing.TB) string { return Program(tb, "kurl", "curl") }
	tests := []struct {
		name, required string
		curl           string // what curl --version says; no curl if empty
		need           func(tb testing.TB) string
		want           string
	}{
		{"there", "required", without, program, ""},
		{"missing", "", "", program, "skipped: kurl is not there; with FLVSTORM_PEERS=required this would be a failure"},
		{"missing and required", "required", "", program, "failed: kurl is not there, and FLVSTORM_PEERS=required; run make peers"},
		{"curl with librtmp", "required", with, CurlRTMP, ""},
		{"curl without", "", without, CurlRTMP, "skipped: curl with librtmp is not there; with FLVSTORM_PEERS=required this would be a failure"},
		{"curl without, required", "required", without, CurlRTMP, "failed: curl with librtmp is not there, and FLVSTORM_PEERS=required; run make peers"},
		{"no curl", "required", "", CurlRTMP, "failed: curl is not there, and FLVSTORM_PEERS=required; run make peers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			t.Setenv("FLVSTORM_PEERS", tt.required)
			curl := filepath.Join(dir, "curl")
			if tt.curl != "" {
				script := "#!/bin/sh\nwhile read -r line; do echo \"$line\"; done <<'END'\n" + tt.curl + "END\n"
				if err := os.WriteFile(curl, []byte(script), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			v := &verdict{TB: t}
			got := ""
			done := make(chan struct{})
			go func() {
				defer close(done)
				got = tt.need(v)
			}()
			<-done
			if v.ended != tt.want {
				t.Errorf("ended with %q\nwant %q", v.ended, tt.want)
			}
			if tt.want == "" && got != curl {
				t.Errorf("got %q, want %q", got, curl)
			}
		})
	}
}
