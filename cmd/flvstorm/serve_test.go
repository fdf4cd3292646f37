package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
)

// TestServeUsage runs `flvstorm serve` with what it cannot use: one clear line a problem, and the status that says whose
// fault it is.
func TestServeUsage(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, tc := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"unknown bug", []string{"--bug", "late-release"}, exitUsage, []string{`--bug "late-release"`, "early-release, leaked-acquire"}},
		{"unknown policy", []string{"--absent", "maybe"}, exitUsage, []string{`--absent "maybe"`, "wait or 404"}},
		{"no port", []string{"--rtmp", "localhost", "--http", "8080"}, exitUsage, []string{`--rtmp "localhost"`, `--http "8080"`}},
		{"an argument", []string{"now"}, exitUsage, []string{"now"}},
		{"a port that is taken", []string{"--rtmp", "127.0.0.1:0", "--http", taken.Addr().String()}, exitCannotRun, []string{taken.Addr().String(), "--http"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(context.Background(), append([]string{"serve"}, tc.args...), strings.NewReader(""), &stdout, &stderr)
			if code != tc.code {
				t.Errorf("status %d, want %d", code, tc.code)
			}
			for _, want := range tc.want {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("no %q in %q", want, &stderr)
				}
			}
			if stdout.Len() > 0 {
				t.Errorf("standard output has %q", &stdout)
			}
		})
	}
}

// TestServeStops runs `flvstorm serve` until it is told to stop, by its context or by the end of standard input, with
// status 0 both times.
func TestServeStops(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		stop func(cancel func(), stdin io.Closer)
	}{
		{"interrupted", nil, func(cancel func(), _ io.Closer) { cancel() }},
		{"the parent has died", []string{"--stop-with-stdin"}, func(_ func(), stdin io.Closer) { stdin.Close() }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			stdin, parent := io.Pipe()
			defer parent.Close()
			log, stdout := io.Pipe()
			done := make(chan int, 1)
			go func() {
				args := append([]string{"serve", "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0"}, tc.args...)
				done <- run(ctx, args, stdin, stdout, io.Discard)
				stdout.Close()
			}()
			var said strings.Builder
			for b := make([]byte, 512); !strings.Contains(said.String(), "] ready\n"); {
				n, err := log.Read(b)
				said.Write(b[:n])
				if err != nil {
					t.Fatalf("%v after %q", err, said.String())
				}
			}
			tc.stop(cancel, parent)
			io.Copy(io.Discard, log)
			if code := <-done; code != 0 {
				t.Errorf("status %d", code)
			}
			for _, want := range []string{"] RTMP listen at tcp://127.0.0.1:", "] HTTP listen at tcp://127.0.0.1:"} {
				if !strings.Contains(said.String(), want) {
					t.Errorf("no %q in %q", want, said.String())
				}
			}
		})
	}
}
