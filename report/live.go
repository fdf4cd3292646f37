package report

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// How often the live line is drawn: fast enough to look alive on a terminal, rarely enough for the log of a CI job.
const (
	redrawEvery = 200 * time.Millisecond
	plainEvery  = 5 * time.Second
)

// The bit rate shown is the mean over the last rateSlots slots of rateSlot. Players report every 500 ms or so; two
// seconds are enough for the figure to hold still.
const (
	rateSlot  = 100 * time.Millisecond
	rateSlots = 20
)

// Live tells a person how a run is going, from the same events as everything else: one line, redrawn, on a terminal, and
// a plain line every five seconds elsewhere.
//
// Step is called by whoever hands events out and never waits for the terminal: it only moves counters. Run draws.
type Live struct {
	out      io.Writer
	look     Look
	terminal bool
	columns  func() int // asked at every redraw: windows are resized

	mu    sync.Mutex
	state liveState
}

// liveState is what the line shows.
type liveState struct {
	now      time.Duration
	phase    string
	suite    int    // how many cases there are, 0 where nobody said
	begun    int    // how many of them began or were skipped
	under    string // the one under way
	accepted int64
	refused  int64
	players  map[string]bool // by actor: whether media flows
	up       int
	slots    [rateSlots]int64
	slot     int64 // the number of the slot of now
	found    []Tally
	load     *liveLoad // nil for a run that is no steady load
	fold     *check.LoadFold
}

// Tally is how often a finding was made so far.
type Tally struct {
	Code  string
	Count int64
	Info  bool
}

// Tallies are findings by code, in their order, for Found.
func Tallies(findings []check.Finding) []Tally {
	var out []Tally
	for _, f := range findings {
		info := f.Severity != check.Error
		i := slices.IndexFunc(out, func(t Tally) bool { return t.Code == string(f.Code) && t.Info == info })
		if i < 0 {
			i = len(out)
			out = append(out, Tally{Code: string(f.Code), Info: info})
		}
		out[i].Count += f.Count
	}
	return out
}

// NewLive returns a Live that writes to out, which is the standard error of the run.
func NewLive(out io.Writer, noColour bool) *Live {
	l := &Live{out: out, look: LookOf(out, noColour), columns: func() int { return usual }}
	l.state.players = make(map[string]bool)
	l.state.fold = check.NewLoad()
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		l.terminal = true
		l.columns = func() int {
			if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
				return columns
			}
			return usual
		}
	}
	return l
}

// Speak makes the line speak a language. It is for before Run.
func (l *Live) Speak(book phrase.Book) { l.look.Book = book }

// Step takes note of one event. It is a listener of the history's Recorder.
func (l *Live) Step(e history.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state.step(e)
}

// Suite says how many cases there are to go through, so that the line can say how far it is.
func (l *Live) Suite(cases int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state.suite = cases
}

// Found takes note of the findings so far, each code once; the newest call counts.
func (l *Live) Found(tallies []Tally) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state.found = append(l.state.found[:0], tallies...)
}

// Run draws until ctx is done, and then leaves the terminal's line empty. It returns nil: an output that cannot be
// written to is no reason to end a run.
func (l *Live) Run(ctx context.Context) error {
	every := plainEvery
	if l.terminal {
		every = redrawEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	drawn := 0
	for {
		select {
		case <-ctx.Done():
			if drawn > 0 {
				io.WriteString(l.out, "\r"+strings.Repeat(" ", drawn)+"\r")
			}
			return nil
		case <-ticker.C:
			if l.terminal {
				drawn = l.redraw(drawn)
			} else {
				io.WriteString(l.out, l.Line(0)+"\n")
			}
		}
	}
}

// redraw overwrites a line of drawn columns and returns how many the new one has. Blanks, not a control sequence, clear
// what is left of the old one, so that it works on every terminal.
func (l *Live) redraw(drawn int) int {
	// The last column stays free: many terminals wrap as soon as it is written.
	columns := max(l.columns()-1, 1)
	line := l.Line(columns)
	used := width(line)
	io.WriteString(l.out, "\r"+line+strings.Repeat(" ", max(min(drawn, columns)-used, 0)))
	return used
}

// Line is the line as it stands, at most columns wide; 0 means as wide as it is. Parts that don't fit are left out from
// the right, except the findings, which are what one waits for.
func (l *Live) Line(columns int) string {
	l.mu.Lock()
	parts, found, bad := l.state.parts(l.look.Book)
	l.mu.Unlock()
	for columns > 0 && len(parts) > 1 && width(strings.Join(append(parts[:len(parts):len(parts)], found), "  ")) > columns {
		parts = parts[:len(parts)-1]
	}
	front := strings.Join(parts, "  ") + "  "
	if columns > 0 {
		front = fit(front, columns)
		found = fit(found, max(columns-width(front), 0))
	}
	colour := green
	if bad {
		colour = redBold
	}
	return strings.TrimRight(front+l.look.paint(colour, found), " ")
}

// step moves the counters.
func (s *liveState) step(e history.Event) {
	s.forward(e.At)
	s.fold.Step(e)
	switch what := e.What.(type) {
	case history.LoadStep, history.CrowdSample, history.FleetSample, history.SelfSample:
		if s.load == nil {
			s.load = newLiveLoad()
		}
		s.load.step(e.At, e.What)
	case history.Phase:
		s.phase = what.Name
	case history.Case:
		s.turn(what)
	case history.PublishAccepted:
		s.accepted++
	case history.PublishRefused:
		if what.Role != history.Contender { // those are meant to be refused
			s.refused++
		}
	case history.PlayRequested:
		s.set(e.Actor, false)
	case history.PlayFirst:
		if what.Of != "byte" {
			s.set(e.Actor, true)
		}
	case history.PlayProgress:
		s.set(e.Actor, true)
		s.slots[s.slot%rateSlots] += what.Bytes
	case history.PlayRefused, history.PlayEnded:
		s.set(e.Actor, false)
	}
}

// turn takes the beginning or the end of a case.
func (s *liveState) turn(c history.Case) {
	switch c.State {
	case "begin":
		s.begun++
		s.under, s.phase = clean(c.Name), ""
	case "skipped":
		s.begun++
	default:
		s.under = ""
	}
}

// underWay names the case under way, and how far the suite is; empty between cases and where there are none.
func (s *liveState) underWay(book phrase.Book) string {
	switch {
	case s.under == "":
		return ""
	case s.suite < s.begun:
		return s.under
	}
	return book.Say(phrase.LiveCase, s.under, s.begun, s.suite)
}

// forward moves the clock to at, if that is later, and empties the slots of the time that has passed.
func (s *liveState) forward(at time.Duration) {
	if at <= s.now {
		return
	}
	s.now = at
	slot := int64(at / rateSlot)
	for i := max(s.slot, slot-rateSlots) + 1; i <= slot; i++ {
		s.slots[i%rateSlots] = 0
	}
	s.slot = slot
}

// set says whether media flows to a player.
func (s *liveState) set(actor string, up bool) {
	if s.players[actor] != up {
		if up {
			s.up++
		} else {
			s.up--
		}
	}
	s.players[actor] = up
}

// rate is the mean bit rate of all players over the last slots.
func (s *liveState) rate() float64 {
	var sum int64
	for _, n := range s.slots {
		sum += n
	}
	over := min(s.now, rateSlots*rateSlot)
	if over <= 0 {
		return 0
	}
	return float64(sum) * 8 / over.Seconds()
}

// parts are the parts of the line in the order of their worth, the findings, and whether any of those is bad.
func (s *liveState) parts(book phrase.Book) (parts []string, found string, bad bool) {
	parts = []string{book.Say(phrase.LiveElapsed, s.now.Seconds())}
	if s.phase == "settling" {
		parts[0] = book.Say(phrase.LiveSettling, s.now.Seconds())
	}
	if under := s.underWay(book); under != "" {
		parts = append(parts, under)
	}
	if s.load != nil {
		wanted, playing := s.fold.Witnesses()
		parts = append(parts, s.load.parts(s.now, wanted, playing, book)...)
	} else {
		parts = append(parts,
			book.Say(phrase.LivePublishes, count(s.accepted), count(s.refused)),
			book.Say(phrase.LivePlayers, s.up, len(s.players)),
			bits(s.rate()),
		)
	}
	var words []string
	for _, t := range s.found {
		if t.Info || t.Count == 0 {
			continue
		}
		words = append(words, book.Say(phrase.LiveFinding, t.Code, count(t.Count)))
	}
	if len(words) == 0 {
		return parts, book.Say(phrase.LiveNoFinding), false
	}
	return parts, book.List(words), true
}
