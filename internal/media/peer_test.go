package media

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// run returns the output of a program that must succeed, with nothing to complain about.
func run(tb testing.TB, name string, args ...string) []byte {
	tb.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		tb.Fatalf("%s %v: %v\n%s", name, args, err, &stderr)
	}
	return out
}

// ffmpegFile makes an FLV file with ffmpeg: a moving picture and a tone unless args say otherwise.
func ffmpegFile(tb testing.TB, args ...string) string {
	tb.Helper()
	peertest.Program(tb, "ffmpeg")
	path := filepath.Join(tb.TempDir(), "ffmpeg.flv")
	all := append([]string{"-nostdin", "-v", "error"}, args...)
	run(tb, "ffmpeg", append(all, path)...)
	return path
}

// decodesInSilence fails the test if ffmpeg, decoding the FLV file, has anything to say.
func decodesInSilence(tb testing.TB, file []byte) {
	tb.Helper()
	peertest.Program(tb, "ffmpeg")
	path := filepath.Join(tb.TempDir(), "decode.flv")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		tb.Fatal(err)
	}
	out, err := exec.Command("ffmpeg", "-nostdin", "-v", "warning", "-xerror", "-i", path, "-f", "null", "-").CombinedOutput()
	if err != nil || len(out) > 0 {
		tb.Errorf("ffmpeg: %v\n%s", err, out)
	}
}
