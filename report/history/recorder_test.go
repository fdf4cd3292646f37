package history

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readAll returns the events of the history in dir and the error that ended it, io.EOF left out.
func readAll(t *testing.T, dir string) (Header, []Event, error) {
	t.Helper()
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var events []Event
	for {
		ev, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), events, nil
		}
		if err != nil {
			return r.Header(), events, err
		}
		events = append(events, ev)
	}
}

func TestWhatIsRecordedIsReadAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	var heard []Event
	rec, err := NewRecorder(RecorderConfig{
		Dir: dir, Header: Header{Tool: "test", Seed: 7, Judge: Judge{Grace: time.Second}},
		Listener: func(e Event) { heard = append(heard, e) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range payloads {
		rec.Record(Event{Key: "live/s0", Actor: "pub/live/s0", Epoch: 3, Due: time.Millisecond, What: p})
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if err := rec.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	header, read, err := readAll(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if header.Seed != 7 || header.Schema != Schema || header.Judge.Grace != time.Second || !header.StartedAt.Equal(rec.Start()) {
		t.Errorf("header: %+v", header)
	}
	if diff := cmp.Diff(heard, read); diff != "" {
		t.Errorf("the file differs from what the listener heard (-heard +read):\n%s", diff)
	}
	if len(read) < len(payloads) {
		t.Fatalf("%d events read, %d recorded", len(read), len(payloads))
	}
	for i, e := range read {
		if e.Seq != int64(i+1) {
			t.Errorf("event %d has number %d", i+1, e.Seq)
		}
	}
}

func TestTicksStandBehindWhatIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard []Event
		rec, err := NewRecorder(RecorderConfig{Listener: func(e Event) { heard = append(heard, e) }})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(TickEvery / 2)
		for range 1000 {
			rec.Record(Event{What: Phase{Name: "storm"}})
		}
		for range 5 {
			time.Sleep(TickEvery/2 - time.Millisecond)
			rec.Record(Event{What: Phase{Name: "storm"}}) // so soon before the tick that nothing has woken the writer since
			time.Sleep(TickEvery/2 + time.Millisecond)
		}
		if err := rec.Close(); err != nil {
			t.Fatal(err)
		}
		var ticks int
		var last time.Duration
		for _, e := range heard {
			if _, ok := e.What.(Tick); ok {
				ticks++
				if want := time.Duration(ticks) * TickEvery; e.At != want {
					t.Errorf("tick %d at %v, want %v", ticks, e.At, want)
				}
			}
			if e.At < last {
				t.Errorf("event %d at %v stands behind one at %v", e.Seq, e.At, last)
			}
			last = e.At
		}
		if ticks != 5 {
			t.Errorf("%d ticks in 550 ms, want 5", ticks)
		}
	})
}

// What is recorded is heard soon, and without a tick.
func TestEventsGatherForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var seqs []int64
		heard := func() []int64 {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(seqs)
		}
		rec, err := NewRecorder(RecorderConfig{Listener: func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			seqs = append(seqs, e.Seq)
		}})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(gatherFor / 2)
		rec.Record(Event{What: Phase{Name: "start"}})
		rec.Record(Event{What: Phase{Name: "storm"}})
		if len(heard()) != 0 {
			t.Error("the writer was woken for one event")
		}
		time.Sleep(gatherFor)
		if got := heard(); !slices.Equal(got, []int64{1, 2}) {
			t.Errorf("heard %v, want both in order", got)
		}
		if err := rec.Close(); err != nil {
			t.Fatal(err)
		}
		rec.Record(Event{What: Phase{Name: "end"}})
		if len(rec.queue) > 0 {
			t.Error("an event was taken after the end")
		}
	})
}

// A listener that stands still must not hold up who records; what is lost is counted and told.
func TestAFullQueueIsCountedAndTold(t *testing.T) {
	entered, release, lost := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var once, onceLost sync.Once
	var told, heard int64
	rec, err := NewRecorder(RecorderConfig{Listener: func(e Event) {
		once.Do(func() { close(entered); <-release })
		switch p := e.What.(type) {
		case OwnTrouble:
			if p.Code != "dropped-events" {
				t.Errorf("trouble %q", p.Code)
			}
			told += p.Count
			onceLost.Do(func() { close(lost) })
		case Phase:
			heard++
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	rec.Record(Event{What: Phase{Name: "start"}})
	<-entered
	const extra = 500
	for range queueSize + extra {
		rec.Record(Event{What: Phase{Name: "storm"}})
	}
	close(release)
	<-lost // what is told once is not told again
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	if heard != 1+queueSize || told != extra {
		t.Errorf("%d heard and %d told as lost of %d", heard, told, 1+queueSize+extra)
	}
}

func TestRecordAfterCloseDoesNothing(t *testing.T) {
	rec, err := NewRecorder(RecorderConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	rec.Record(Event{What: Tick{}})
}

// The disk fills up in the middle of a run: the run goes on, its listener is told, Close says it, and what was written
// before stays readable.
func TestAWriteThatFailsIsToldAndKept(t *testing.T) {
	dir := t.TempDir()
	var troubles []OwnTrouble
	var heard int
	rec, err := NewRecorder(RecorderConfig{Dir: dir, Listener: func(e Event) {
		heard++
		if p, ok := e.What.(OwnTrouble); ok {
			troubles = append(troubles, p)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	rec.file.f.Close() // what follows can't be written
	for range 10 {
		rec.Record(Event{What: Phase{Name: "storm"}})
	}
	if err := rec.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Close: %v", err)
	}
	if len(troubles) != 1 || troubles[0].Code != "disk" || heard < 11 {
		t.Errorf("%d heard, troubles %+v", heard, troubles)
	}
	if _, events, err := readAll(t, dir); err != nil || len(events) != 0 {
		t.Errorf("read %d events, %v", len(events), err)
	}
}

// /dev/full is a disk that is full from the start.
func TestAFullDiskIsKnownAtTheStart(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	if _, err := startFile(f, Header{}); err == nil {
		t.Fatal("no error")
	}
}

func TestAFolderThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "file")
	if err := os.WriteFile(plain, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := NewRecorder(RecorderConfig{Dir: filepath.Join(plain, "run")}); err == nil {
		t.Error("a folder inside a file: no error")
	}
	first, err := NewRecorder(RecorderConfig{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	if _, err := NewRecorder(RecorderConfig{Dir: dir}); !errors.Is(err, os.ErrExist) {
		t.Errorf("a folder that holds a run: %v", err)
	}
}

// The cost on the data path is Record; the writer's is what a run of 15,000 events a second pays beside it.
func BenchmarkRecord(b *testing.B) {
	rec, err := NewRecorder(RecorderConfig{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer rec.Close()
	ev := Event{Key: "live/s0", Actor: "play/live/s0/2", Epoch: 3, What: PlayProgress{Session: 3, Tags: 34, Bytes: 12345, MaxGap: time.Second}}
	b.ReportAllocs()
	for b.Loop() {
		for !room(rec) {
			time.Sleep(time.Millisecond)
		}
		rec.Record(ev)
	}
}

// room reports whether the queue takes one more.
func room(r *Recorder) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue) < queueSize
}
