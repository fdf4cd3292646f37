package history

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// written makes a history of n phases, a frame each, and returns its bytes.
func written(t testing.TB, n int) []byte {
	t.Helper()
	dir := t.TempDir()
	f, err := createFile(dir, Header{Schema: Schema, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := f.event(Event{Seq: int64(i + 1), At: time.Duration(i), What: Phase{Name: strings.Repeat("x", i)}}); err != nil {
			t.Fatal(err)
		}
		if err := f.flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// compressed makes a file of these lines.
func compressed(t testing.TB, text string) []byte {
	t.Helper()
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	return enc.EncodeAll([]byte(text), nil)
}

// drain reads events to the end; io.EOF is no error.
func drain(r *Reader) (n int, err error) {
	for {
		if _, err := r.Next(); err == nil {
			n++
		} else if errors.Is(err, io.EOF) {
			return n, nil
		} else {
			return n, err
		}
	}
}

// A history may end anywhere: the run was killed, the disk was full. What stands before the cut is read, and nothing
// but events comes out.
func TestAHistoryCutAnywhere(t *testing.T) {
	const frames = 20
	whole := written(t, frames)
	complete := 0
	for n := range len(whole) {
		r, err := NewReader(bytes.NewReader(whole[:n]), "run")
		if err != nil {
			var sentence *phrase.Error
			if !errors.As(err, &sentence) || sentence.ID != phrase.HistoryGarbage {
				t.Fatalf("cut at %d: %v", n, err)
			}
			continue
		}
		got, err := drain(r)
		r.Close()
		var cut *CutError
		switch {
		case err == nil: // between two frames
			if got < complete {
				t.Errorf("cut at %d: %d events, a shorter file had %d", n, got, complete)
			}
			complete = got
		case errors.As(err, &cut):
			if got < complete || cut.Seq != int64(got) {
				t.Errorf("cut at %d: %d events, error after %d, %d were complete", n, got, cut.Seq, complete)
			}
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("cut at %d: %v", n, errors.Unwrap(err))
			}
			if _, again := r.Next(); again != err {
				t.Errorf("the next call says %v", again)
			}
		default:
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	if complete != frames-1 {
		t.Errorf("%d frames were complete, want %d", complete, frames-1)
	}
}

// A byte that flipped is found by the checksum of its frame; no event of that frame that differs is believed.
func TestAHistoryWithAFlippedByte(t *testing.T) {
	whole := written(t, 20)
	bad := 0
	for i := len(whole) / 2; i < len(whole); i++ {
		broken := bytes.Clone(whole)
		broken[i] ^= 0x40
		r, err := NewReader(bytes.NewReader(broken), "run")
		if err != nil {
			continue
		}
		if _, err := drain(r); err != nil {
			bad++
		}
		r.Close()
	}
	if half := len(whole) - len(whole)/2; bad < half*9/10 {
		t.Errorf("%d of %d flipped bytes were noticed", bad, half)
	}
}

func TestWhatIsNoHistory(t *testing.T) {
	header := `{"schema":"flvstorm.history/1"}` + "\n"
	for _, tt := range []struct {
		name string
		file []byte
		want phrase.ID
	}{
		{"nothing", nil, phrase.HistoryGarbage},
		{"text", []byte("hello\nworld\n"), phrase.HistoryGarbage},
		{"zeros", make([]byte, 1000), phrase.HistoryGarbage},
		{"no JSON", compressed(t, "hello\n"), phrase.HistoryGarbage},
		{"a header that is cut", compressed(t, header[:10]), phrase.HistoryGarbage},
		{"a header of another shape", compressed(t, `{"schema":"flvstorm.history/1","seed":"x"}`+"\n"), phrase.HistoryGarbage},
		{"a newer format", compressed(t, `{"schema":"flvstorm.history/2","seed":"x"}`+"\n"), phrase.HistorySchema},
		{"no format", compressed(t, "{}\n"), phrase.HistorySchema},
		{"a line that is no event", compressed(t, header+"[]\n"), phrase.HistoryBadEvent},
		{"an event without a kind", compressed(t, header+`{"seq":1}`+"\n"), phrase.HistoryBadEvent},
		{"a line without an end", compressed(t, header+strings.Repeat(" ", maxLine+1)), phrase.HistoryLongLine},
		{"a header without an end", compressed(t, strings.Repeat(" ", maxHeader+1)), phrase.HistoryGarbage},
		{"garbage behind a frame", append(compressed(t, header), "garbage, and more of it"...), phrase.HistoryBadEvent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := NewReader(bytes.NewReader(tt.file), "run/history.jsonl.zst")
			if err == nil {
				_, err = drain(r)
				r.Close()
			}
			var sentence *phrase.Error
			if !errors.As(err, &sentence) || sentence.ID != tt.want {
				t.Fatalf("%v, want the sentence %s", err, tt.want)
			}
			if text := err.Error(); !strings.Contains(text, "run/history.jsonl.zst") || strings.Contains(text, "%!") {
				t.Errorf("it says %q", text)
			}
		})
	}
}

func TestAFolderThatIsNoRun(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(dir)
	var sentence *phrase.Error
	if !errors.As(err, &sentence) || sentence.ID != phrase.HistoryMissing || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, FileName), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a folder instead of the file: no error")
	}
}

// A newer flvstorm may know more kinds of events, and more fields: they are kept or skipped, and the rest is read.
func TestEventsFromANewerFlvstorm(t *testing.T) {
	r, err := NewReader(bytes.NewReader(compressed(t, `{"schema":"flvstorm.history/1","news":1}
{"seq":1,"at":5,"kind":"news","data":{"a":1}}
{"seq":2,"at":6,"kind":"phase","data":{"name":"storm","colour":"red"},"more":7}
`)), "run")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ev, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if u, ok := ev.What.(Unknown); !ok || u.Kind() != "news" || string(u.Raw) != `{"a":1}` {
		t.Errorf("%+v", ev)
	}
	if ev, err = r.Next(); err != nil || ev.What != (Phase{Name: "storm"}) || ev.At != 6 {
		t.Errorf("%+v, %v", ev, err)
	}
}

// What a run did more than a second ago stands on disk, whatever happens to the process.
func TestAKilledRunIsReadableUpToItsLastSecond(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	synctest.Test(t, func(t *testing.T) {
		rec, err := NewRecorder(RecorderConfig{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Close()
		for i := range 30 {
			rec.Record(Event{What: Phase{Name: fmt.Sprint(i)}})
			time.Sleep(TickEvery)
		}
		synctest.Wait()
		_, events, err := readAll(t, dir)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(events); n == 0 || events[n-1].At < rec.Now()-flushEvery-2*TickEvery {
			t.Errorf("%d events read at %v", n, rec.Now())
		}
	})
}

// Many events a second are written before the second is over, so that they don't pile up in memory.
func TestManyEventsAreWrittenAtOnce(t *testing.T) {
	dir := t.TempDir()
	f, err := createFile(dir, Header{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	start := f.good
	for i := range 10_000 {
		if err := f.event(Event{Seq: int64(i), What: Phase{Name: "storm"}}); err != nil {
			t.Fatal(err)
		}
	}
	if f.good == start || f.lines.buf.Len() >= frameSize {
		t.Errorf("%d bytes written, %d gathered", f.good-start, f.lines.buf.Len())
	}
}

func FuzzReader(f *testing.F) {
	f.Add(written(f, 3))
	f.Add(written(f, 3)[:60])
	f.Add(compressed(f, `{"schema":"flvstorm.history/1"}`+"\n"+`{"seq":1,"kind":"tick"}`+"\n"))
	f.Add([]byte("hello"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReader(bytes.NewReader(file), "run")
		if err != nil {
			return
		}
		defer r.Close()
		for range 10_000 {
			ev, err := r.Next()
			if err != nil {
				if _, again := r.Next(); again == nil {
					t.Error("an event after an error")
				}
				return
			}
			if ev.What == nil {
				t.Error("an event of nothing")
			}
		}
	})
}

// The header holds the plan, which for many streams is long.
func TestALongHeader(t *testing.T) {
	dir := t.TempDir()
	noise := make([]byte, 5<<20) // 10 MB of text that hardly compresses
	rand.NewChaCha8([32]byte{}).Read(noise)
	plan := map[string]any{"keys": hex.EncodeToString(noise)}
	rec, err := NewRecorder(RecorderConfig{Dir: dir, Header: Header{Plan: plan}})
	if err != nil {
		t.Fatal(err)
	}
	rec.Record(Event{What: Phase{Name: "storm"}})
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	header, events, err := readAll(t, dir)
	if err != nil || header.Plan["keys"] != plan["keys"] || len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
}
