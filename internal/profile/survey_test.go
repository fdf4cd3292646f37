package profile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSurvey(t *testing.T) {
	f, err := os.Open(filepath.Join("testdata", "srs-7.0.2.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := must("srs").Survey(f)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, r := range got.Rules {
		counts[r.Rule.Name] = r.Lines
		if (r.First == "") != (r.Lines == 0) {
			t.Errorf("%s: %d lines, the first is %q", r.Rule.Name, r.Lines, r.First)
		}
	}
	if counts["publish-duplicated"] == 0 || counts["rtmp-client"] == 0 || got.Heads == 0 || got.Heads > got.Lines {
		t.Errorf("%d lines, %d heads, %v", got.Lines, got.Heads, counts)
	}
	// Another kind's rules make nothing of it.
	if other, err := must("livego").Survey(strings.NewReader(got.Rules[0].First + "\n" + strings.Repeat("x", 3*surveyLine))); err != nil || other.Heads != 0 || other.Lines != 2 {
		t.Errorf("%+v, %v", other, err)
	}
	broken := errors.New("broken")
	if _, err := must("srs").Survey(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
