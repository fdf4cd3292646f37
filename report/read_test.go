package report

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// story is a run of one key: published, left, refused as duplicated, and refused until the end.
func story() []history.Event {
	pub := func(at time.Duration, epoch uint32, what history.Payload) history.Event {
		return history.Event{At: at, Key: "live/s0", Actor: "pub/live/s0", Epoch: epoch, What: what}
	}
	run := func(at time.Duration, what history.Payload) history.Event {
		return history.Event{At: at, Actor: "run", What: what}
	}
	events := []history.Event{
		run(ms, history.Phase{Name: "start"}),
		pub(2*ms, 1, history.PublishSent{Role: history.Owner, Conn: 1}),
		pub(3*ms, 1, history.PublishAccepted{Conn: 1, Rule: "onstatus", Said: 3 * ms}),
		pub(500*ms, 1, history.Departed{Conn: 1, How: "fin", Frames: 12, Bytes: 20000}),
		pub(501*ms, 2, history.PublishSent{Role: history.Owner, Conn: 2, Armed: true, ServerID: "c2", After: 1, Gap: ms}),
		{At: 502 * ms, Actor: "server", What: history.LogLine{Line: duplicatedLine(0), Level: "ERROR", ID: "c2", Rule: "duplicated", Class: "duplicated", Key: "live/s0"}},
		pub(503*ms, 2, history.PublishRefused{Role: history.Owner, Conn: 2, Sent: 501 * ms, Stage: "publish", Wire: history.WireEOF, ServerID: "c2"}),
	}
	for at := time.Second; at < 4*time.Second; at += 100 * ms {
		events = append(events, run(at, history.Tick{}))
	}
	return append(events, run(4*time.Second, history.Phase{Name: "end"}))
}

// keep records the story in a folder and returns it.
func keep(t *testing.T) string { return keepAll(t, story()) }

func keepAll(t *testing.T, events []history.Event) string {
	t.Helper()
	dir := t.TempDir()
	h := header()
	h.Profile = map[string]any{"name": "srs", "policy": "exclusive", "accept": "onstatus"}
	r, err := history.NewRecorder(history.RecorderConfig{Dir: dir, Header: h})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		r.Record(e)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestRead holds that a run is judged from its folder as it was from its events.
func TestRead(t *testing.T) {
	dir := keep(t)
	got, err := reread(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Verdict != check.Fail || len(got.Findings) == 0 || got.Findings[0].Code != "duplicated-pattern" || got.Run != dir {
		t.Errorf("%v in %q: %+v", got.Verdict, got.Run, got.Findings)
	}
	reader, err := history.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	judge := check.New(reader.Header())
	for {
		e, err := reader.Next()
		if err != nil {
			break
		}
		judge.Step(e)
	}
	want := From(reader.Header(), judge.Finish())
	want.Run = dir
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-live +read)\n%s", diff)
	}
	file, err := reread(filepath.Join(dir, history.FileName), nil)
	if err != nil || file.Run != dir {
		t.Errorf("the history itself in place of its folder: %v, run %q", err, file.Run)
	}
}

// TestReadOtherwise holds that a run can be judged by other measures than at the time.
func TestReadOtherwise(t *testing.T) {
	r, err := reread(keep(t), func(j *history.Judge) { j.Allow, j.Grace = []string{"duplicated-pattern"}, 250*ms })
	if err != nil {
		t.Fatal(err)
	}
	if !r.Findings[0].Allowed || r.Judge.Grace != 250 {
		t.Errorf("allowed %v, grace %v", r.Findings[0].Allowed, r.Judge.Grace)
	}
}

// TestReadTorn holds that a history that breaks off is judged as far as it goes, and that the result says so.
func TestReadTorn(t *testing.T) {
	dir := keep(t)
	path := filepath.Join(dir, history.FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, whole[:len(whole)-10], 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := reread(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict == check.Pass || len(r.Reasons) == 0 || r.Reasons[len(r.Reasons)-1].Code != "torn" {
		t.Errorf("%v, reasons %v", r.Verdict, r.Reasons)
	}
	var out strings.Builder
	if err := (Look{}).Print(&out, r); err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(text, "ends in the middle of a record") {
		t.Error("the report doesn't say so:", out.String())
	}
}

// TestAgain holds that a torn history is never a pass, whatever was judged before.
func TestAgain(t *testing.T) {
	events := story()[:4]
	events = append(events, history.Event{At: time.Second, Actor: "run", What: history.Phase{Name: "end"}})
	next := func(end error) func() (history.Event, error) {
		i := -1
		return func() (history.Event, error) {
			if i++; i >= len(events) {
				return history.Event{}, end
			}
			return events[i], nil
		}
	}
	judged := func(end error) Result {
		k := Judged{Header: header()}
		k.Judgement, k.Torn = again(k.Header, next(end))
		return k.Result(phrase.English)
	}
	if r := judged(io.EOF); r.Verdict != check.Pass {
		t.Errorf("whole: %v, %v", r.Verdict, r.Reasons)
	}
	r := judged(&history.CutError{Seq: 5})
	if r.Verdict != check.Inconclusive {
		t.Errorf("torn: %v, %v", r.Verdict, r.Reasons)
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	make := func(name string, history []byte) string {
		folder := filepath.Join(dir, name)
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if history != nil {
			if err := os.WriteFile(filepath.Join(folder, "history.jsonl.zst"), history, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return folder
	}
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer packer.Close()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "runs", "notes"), 0o755); err != nil {
		t.Fatal(err)
	}
	make("runs/1", []byte("hello"))
	for _, c := range []struct {
		name, path string
		want       phrase.ID
	}{
		{"a folder of runs", filepath.Join(dir, "runs"), phrase.ReportManyRuns},
		{"no such folder", filepath.Join(dir, "nowhere"), phrase.ReportNoFolder},
		{"a file", file, phrase.ReportNotFolder},
		{"below a file", filepath.Join(file, "x"), phrase.ReportNoAccess},
		{"not a run", make("not-a-run", nil), phrase.HistoryMissing},
		{"garbage", make("garbage", []byte("hello")), phrase.HistoryGarbage},
		{"empty", make("empty", []byte{}), phrase.HistoryGarbage},
		{"not JSON", make("not-json", packer.EncodeAll([]byte("hello\n"), nil)), phrase.HistoryGarbage},
		{"other schema", make("other-schema", packer.EncodeAll([]byte(`{"schema":"flvstorm.history/2"}`+"\n"), nil)), phrase.HistorySchema},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := reread(c.path, nil)
			var sentence *phrase.Error
			if !errors.As(err, &sentence) || sentence.ID != c.want {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "%!") {
				t.Errorf("not one clear line: %q", err)
			}
		})
	}
}

// reread is the result of a kept run, judged again.
func reread(dir string, judge func(*history.Judge)) (Result, error) {
	run, err := Read(dir, judge)
	if err != nil {
		return Result{}, err
	}
	return run.Result(phrase.English), nil
}
