package flv_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// peer skips the test where a program is missing, unless FLVSTORM_PEERS says that all of them must be there.
func peer(tb testing.TB, name string) {
	tb.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("FLVSTORM_PEERS") == "required" {
		tb.Fatalf("%s is not installed, and FLVSTORM_PEERS=required", name)
	}
	tb.Skipf("%s is not installed; with FLVSTORM_PEERS=required this would be a failure", name)
}

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
	peer(tb, "ffmpeg")
	path := filepath.Join(tb.TempDir(), "ffmpeg.flv")
	run(tb, "ffmpeg", "-nostdin", "-v", "error",
		"-f", "lavfi", "-i", "testsrc=size=160x120:rate=25", "-f", "lavfi", "-i", "sine=frequency=440", "-t", "2",
		"-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "2", "-g", "25", "-c:a", "aac", path)
	return path
}
