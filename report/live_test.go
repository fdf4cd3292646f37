package report

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// play tells l what n players did in the first second: half of them are up at its end, and 125 kB came.
func play(l *Live, n int) {
	for i := range n {
		actor := fmt.Sprintf("play/live/s0/%d", i)
		step := func(at time.Duration, what history.Payload) { l.Step(history.Event{At: at, Actor: actor, What: what}) }
		step(100*ms, history.PlayRequested{})
		step(120*ms, history.PlayFirst{Of: "byte"})
		step(130*ms, history.PlayFirst{Of: "media"})
		step(131*ms, history.PlayFirst{Of: "keyframe"})
		if i%2 == 1 {
			step(900*ms, history.PlayEnded{})
		}
	}
	l.Step(history.Event{At: 950 * ms, Actor: "play/live/s0/0", What: history.PlayProgress{Tags: 20, Bytes: 125_000}})
	l.Step(history.Event{At: time.Second, What: history.PublishAccepted{}})
	l.Step(history.Event{At: time.Second, What: history.PublishRefused{Role: history.Owner}})
	l.Step(history.Event{At: time.Second, What: history.PublishRefused{Role: history.Contender}})
	l.Step(history.Event{At: time.Second, What: history.Tick{}})
}

func TestLine(t *testing.T) {
	for _, c := range []struct {
		name    string
		columns int
		found   []Tally
		phase   string
		want    string
	}{
		{"nothing found", 0, nil, "", "1.0 s  accepted 1  refused 1  players 2 of 4  1.00 Mbit/s  nothing found"},
		{"information is nothing", 0, []Tally{{"stream-busy", 3, true}}, "",
			"1.0 s  accepted 1  refused 1  players 2 of 4  1.00 Mbit/s  nothing found"},
		{"found", 0, []Tally{{"duplicated-pattern", 1640, false}, {"stuck-busy", 2, false}}, "",
			"1.0 s  accepted 1  refused 1  players 2 of 4  1.00 Mbit/s  duplicated-pattern ×1,640, stuck-busy ×2"},
		{"settling", 0, nil, "settling", "1.0 s settling  accepted 1  refused 1  players 2 of 4  1.00 Mbit/s  nothing found"},
		{"narrow", 60, []Tally{{"duplicated-pattern", 7, false}}, "", "1.0 s  accepted 1  refused 1  duplicated-pattern ×7"},
		{"narrower", 30, []Tally{{"duplicated-pattern", 7, false}}, "", "1.0 s  duplicated-pattern ×7"},
		{"too narrow", 20, []Tally{{"duplicated-pattern", 7, false}}, "", "1.0 s  duplicated-p…"},
		{"hopeless", 3, nil, "", "1.…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := NewLive(&strings.Builder{}, true)
			play(l, 4)
			l.Found(c.found)
			if c.phase != "" {
				l.Step(history.Event{What: history.Phase{Name: c.phase}})
			}
			if got := l.Line(c.columns); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestLineInChinese holds that the line speaks the language that it is told to.
func TestLineInChinese(t *testing.T) {
	l := NewLive(&strings.Builder{}, true)
	l.Speak(phrase.Chinese)
	play(l, 4)
	l.Found([]Tally{{"duplicated-pattern", 2, false}, {"stuck-busy", 1, false}})
	if got, want := l.Line(0), "1.0 s  接受 1  拒绝 1  播放 2/4  1.00 Mbit/s  duplicated-pattern ×2、stuck-busy ×1"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestLineOfSuite holds that the line names the case under way, and forgets it between two of them.
func TestLineOfSuite(t *testing.T) {
	l := NewLive(&strings.Builder{}, true)
	for _, c := range []struct {
		what history.Payload
		of   int
		want string
	}{
		{history.Case{Name: "publish-and-play", State: "begin"}, 0, "0.0 s  publish-and-play  accepted 0"},
		{history.Phase{Name: "settling"}, 3, "0.0 s settling  publish-and-play 1 of 3  accepted 0"},
		{history.Case{Name: "publish-and-play", State: "end"}, 3, "0.0 s settling  accepted 0"},
		{history.Case{Name: "contenders", State: "skipped"}, 3, "0.0 s settling  accepted 0"},
		{history.Case{Name: "return\x1b[2J-fin", State: "begin"}, 3, "0.0 s  return-fin 3 of 3  accepted 0"},
	} {
		l.Suite(c.of)
		l.Step(history.Event{What: c.what})
		if got := l.Line(0); !strings.HasPrefix(got, c.want) {
			t.Errorf("after %+v: got %q, want %q", c.what, got, c.want)
		}
	}
}

// TestRate holds that the bit rate forgets what is longer ago than two seconds, also when nothing is heard for long.
func TestRate(t *testing.T) {
	s := NewLive(io.Discard, true).state
	progress := func(at time.Duration, bytes int64) {
		s.step(history.Event{At: at, Actor: "p", What: history.PlayProgress{Bytes: bytes}})
	}
	progress(0, 1000)
	if got := s.rate(); got != 0 {
		t.Errorf("at the very start: %v", got)
	}
	for i := range 40 {
		progress(time.Duration(i+1)*100*ms, 12_500)
	}
	if got := s.rate(); got != 1e6 {
		t.Errorf("steady: %v bit/s, want 1e6", got)
	}
	progress(3900*ms, 12_500) // some milliseconds out of order
	if got := s.rate(); got != 1.05e6 {
		t.Errorf("out of order: %v bit/s, want 1.05e6", got)
	}
	s.step(history.Event{At: time.Minute, What: history.Tick{}})
	if got := s.rate(); got != 0 {
		t.Errorf("a minute later: %v bit/s, want 0", got)
	}
}

func TestTallies(t *testing.T) {
	got := Tallies([]check.Finding{
		{Code: check.DuplicatedPattern, Severity: check.Error, Count: 2},
		{Code: check.StuckBusy, Severity: check.Error, Count: 1},
		{Code: check.StuckBusy, Severity: check.Error, Count: 3},
		{Code: check.Disposing, Severity: check.Info, Count: 9},
	})
	want := []Tally{{"duplicated-pattern", 2, false}, {"stuck-busy", 4, false}, {"disposing", 9, true}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRunPlain holds that a log gets one line every five seconds, and nothing that a terminal would obey.
func TestRunPlain(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		l := NewLive(&out, false)
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		if err := l.Run(ctx); err != nil {
			t.Fatal(err)
		}
		want := strings.Repeat("0.0 s  accepted 0  refused 0  players 0 of 0  0 bit/s  nothing found\n", 2)
		if out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	})
}

// TestRunTerminal plays what is written to a terminal of 50 columns: one line that is redrawn, never wraps, and is gone
// at the end.
func TestRunTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		screen := &line{t: t, columns: 50}
		l := NewLive(screen, true)
		l.terminal, l.columns = true, screen.width
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); l.Run(ctx) }()

		play(l, 4)
		time.Sleep(redrawEvery + ms)
		synctest.Wait()
		if got, want := screen.text(), "1.0 s  accepted 1  refused 1  nothing found"; got != want {
			t.Errorf("drawn %q, want %q", got, want)
		}
		l.Found([]Tally{{"crash", 1, false}})
		screen.resize(40)
		time.Sleep(redrawEvery)
		synctest.Wait()
		if got, want := screen.text(), "1.0 s  accepted 1  refused 1  crash ×1"; got != want {
			t.Errorf("drawn %q, want %q", got, want)
		}
		cancel()
		<-done
		if got := screen.text(); got != "" {
			t.Errorf("left behind: %q", got)
		}
		if len(screen.writes) != 3 {
			t.Errorf("%d writes, want 3", len(screen.writes))
		}
	})
}

// line is one line of a terminal.
type line struct {
	t       *testing.T
	mu      sync.Mutex
	columns int
	cells   []rune
	at      int
	writes  []string
}

func (l *line) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes = append(l.writes, string(b))
	for _, r := range string(b) {
		switch {
		case r == '\r':
			l.at = 0
			continue
		case r < ' ':
			l.t.Errorf("%q on the terminal", r)
		}
		for len(l.cells) <= l.at {
			l.cells = append(l.cells, ' ')
		}
		l.cells[l.at] = r
		if l.at++; l.at >= l.columns {
			l.t.Errorf("the line wraps at %d columns", l.columns)
		}
	}
	return len(b), nil
}

// resize makes the window narrower; what stood at its edge and beyond is gone, as where a terminal breaks the line anew.
func (l *line) resize(columns int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.columns = columns
	l.cells = l.cells[:min(len(l.cells), columns-1)]
}

func (l *line) width() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.columns
}

func (l *line) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimRight(string(l.cells), " ")
}
