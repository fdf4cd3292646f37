package flv_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// run returns the output of a program that must succeed.
func run(tb testing.TB, name string, args ...string) []byte {
	tb.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("%s %v: %v\n%s", name, args, err, &stderr)
	}
	return out
}

// ffmpegFile makes a short FLV file with B-frames and sound.
func ffmpegFile(tb testing.TB) string {
	tb.Helper()
	peertest.Program(tb, "ffmpeg")
	path := filepath.Join(tb.TempDir(), "ffmpeg.flv")
	run(tb, "ffmpeg", "-nostdin", "-v", "error",
		"-f", "lavfi", "-i", "testsrc=size=160x120:rate=25", "-f", "lavfi", "-i", "sine=frequency=440", "-t", "2",
		"-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "2", "-g", "25", "-c:a", "aac", path)
	return path
}
