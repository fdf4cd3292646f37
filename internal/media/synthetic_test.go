package media

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// record returns d of the clip as an FLV file, stamped as a publisher would.
func record(tb testing.TB, c *Clip, d time.Duration) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := flv.NewWriter(&out)
	if err := w.WriteHeader(c.Info().Audio, c.Info().Video); err != nil {
		tb.Fatal(err)
	}
	for _, f := range c.Headers() {
		if err := w.WriteTag(f.Type, f.Timestamp(), f.Body); err != nil {
			tb.Fatal(err)
		}
	}
	var stamp [StampSize]byte
	seq := uint32(0)
	for i := 0; ; i++ {
		f := c.Frame(i)
		if f.DTS >= d {
			return out.Bytes()
		}
		parts := [][]byte{f.Body}
		if f.StampAt >= 0 {
			Stamp{Epoch: 1, Seq: seq, SentAt: int64(f.DTS), Source: 7}.Put(stamp[:])
			seq++
			parts = [][]byte{f.Body[:f.StampAt], stamp[:], f.Body[f.StampAt+StampSize:]}
		}
		if err := w.WriteTag(f.Type, f.Timestamp(), parts...); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestFFmpegDecodesAMinuteInSilence(t *testing.T) {
	c, err := Synthetic(Spec{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.flv")
	if err := os.WriteFile(path, record(t, c, time.Minute), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ffmpeg", "-nostdin", "-v", "warning", "-xerror", "-i", path, "-f", "null", "-").CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("ffmpeg: %v\n%s", err, out)
	}
}
