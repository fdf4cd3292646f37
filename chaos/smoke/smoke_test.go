package smoke

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
)

const ms = time.Millisecond

// srs is what the cases go by of that profile.
func srs() *profile.Profile {
	return &profile.Profile{
		Name: "srs", Policy: "exclusive", Accept: "onstatus",
		Idle: profile.IdleBound{FirstWithin: 20 * time.Second, First: 25 * time.Second, Later: 10 * time.Second},
	}
}

// generic is one that knows little.
func generic() *profile.Profile {
	return &profile.Profile{
		Name: "generic", Policy: "unknown", Accept: "survive", Survive: 250 * ms, Idle: profile.IdleBound{Later: 30 * time.Second},
	}
}

func setting(p *profile.Profile) Setting {
	return Setting{
		Seed: 7, Profile: p, Players: true,
		Name: func(of string) string { return "fs-7k2m-" + of }, Key: func(stream string) string { return "live/" + stream },
	}
}

func caseNamed(t *testing.T, name string) Case {
	t.Helper()
	for _, c := range Cases() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no case %s", name)
	return Case{}
}

// row is a script in one line.
func row(s chaos.Script) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s @%d", s.Stream, s.StartAt.Milliseconds())
	cycles := func(cycles []chaos.Cycle) {
		for _, c := range cycles {
			fmt.Fprintf(&b, " | %d", c.Live.Milliseconds())
			if c.Until > 0 {
				fmt.Fprintf(&b, "..%d", c.Until.Milliseconds())
			}
			fmt.Fprintf(&b, " %s", c.Leave)
			if c.Clip != "" {
				fmt.Fprintf(&b, " %s", c.Clip)
			}
			if c.Contenders > 0 {
				fmt.Fprintf(&b, " con=%d", c.Contenders)
			}
			if c.Gap > 0 {
				fmt.Fprintf(&b, " gap=%d", c.Gap.Milliseconds())
			}
			if c.Armed {
				b.WriteString(" armed")
			}
		}
	}
	cycles(s.Cycles)
	if s.Rival != nil {
		fmt.Fprintf(&b, " / rival @%d", s.Rival.StartAt.Milliseconds())
		cycles(s.Rival.Cycles)
	}
	if len(s.Players) > 0 {
		b.WriteString(" /")
	}
	for _, e := range s.Players {
		fmt.Fprintf(&b, " %s", e.Manner)
		if e.After > 0 {
			fmt.Fprintf(&b, "@gap%d+%d", e.After, e.Wait.Milliseconds())
		}
	}
	return b.String()
}

// TestWhatTheCasesDo is the suite as a table: whoever changes a case changes it here too.
func TestWhatTheCasesDo(t *testing.T) {
	tests := map[string][]string{
		"publish-and-play": {
			"fs-7k2m-play-0 @0 | 2000 unpublish / prompt prompt linger",
			"fs-7k2m-play-1 @0 | 2000 unpublish / prompt prompt linger",
			"fs-7k2m-play-2 @0 | 2000 unpublish / prompt prompt linger",
		},
		"play-in-gap": {
			"fs-7k2m-in-gap-fin-p0 @0 | 700 fin gap=500 | 2000 unpublish / prompt@gap1+150 prompt@gap1+150",
			"fs-7k2m-in-gap-fin-p1 @10 | 700 fin gap=500 | 2000 unpublish / prompt prompt@gap1+150 prompt@gap1+150",
			"fs-7k2m-in-gap-unpublish-p0 @20 | 700 unpublish gap=500 | 2000 unpublish / prompt@gap1+150 prompt@gap1+150",
			"fs-7k2m-in-gap-unpublish-p1 @30 | 700 unpublish gap=500 | 2000 unpublish / prompt prompt@gap1+150 prompt@gap1+150",
		},
		"stalled-player": {
			"fs-7k2m-stalled-unpublish @0 | 2000 unpublish heavy armed | 2000 unpublish heavy / prompt prompt stalled",
			"fs-7k2m-stalled-fin @0 | 2000 fin heavy armed | 2000 unpublish heavy / prompt prompt stalled",
			"fs-7k2m-stalled-rst @0 | 2000 rst heavy armed | 2000 unpublish heavy / prompt prompt stalled",
		},
		"contenders": {
			"fs-7k2m-contended-unpublish-return @0 | 1200 unpublish con=3 armed | 2000 unpublish / prompt prompt",
			"fs-7k2m-contended-unpublish-turn @0 | 1200 unpublish con=2 / rival @400 | 2000 unpublish / prompt prompt",
			"fs-7k2m-contended-fin-return @20 | 1200 fin con=3 armed | 2000 unpublish / prompt prompt",
			"fs-7k2m-contended-fin-turn @20 | 1200 fin con=2 / rival @420 | 2000 unpublish / prompt prompt",
			"fs-7k2m-contended-rst-return @40 | 1200 rst con=3 armed | 2000 unpublish / prompt prompt",
			"fs-7k2m-contended-rst-turn @40 | 1200 rst con=2 / rival @440 | 2000 unpublish / prompt prompt",
		},
		"codec-change": {
			"fs-7k2m-codec-armed @0 | 700 fin armed | 2000 fin other armed | 2000 unpublish / prompt prompt linger",
			"fs-7k2m-codec-full @0 | 700 fin gap=100 | 2000 fin other gap=100 | 2000 unpublish / prompt prompt linger",
		},
		"audio-only": {
			"fs-7k2m-audio-only-unpublish @0 | 700 unpublish audio-only gap=20 | 2000 unpublish audio-only / prompt prompt linger",
			"fs-7k2m-audio-only-fin @0 | 700 fin audio-only gap=20 | 2000 unpublish audio-only / prompt prompt linger",
		},
		"video-only": {
			"fs-7k2m-video-only-unpublish @0 | 700 unpublish video-only gap=20 | 2000 unpublish video-only / prompt prompt linger",
			"fs-7k2m-video-only-fin @0 | 700 fin video-only gap=20 | 2000 unpublish video-only / prompt prompt linger",
		},
	}
	for name, want := range tests {
		var got []string
		for _, s := range caseNamed(t, name).Plan(setting(srs())).Scripts {
			got = append(got, row(s))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestReturnsHaveEveryCombination once each, and their names say it.
func TestReturnsHaveEveryCombination(t *testing.T) {
	says := regexp.MustCompile(`^fs-7k2m-(\w+)-g(\d+)-p(\d+)-(armed|full)$`)
	for _, c := range Cases() {
		leave, ok := strings.CutPrefix(c.Name, "return-")
		if !ok {
			continue
		}
		p := c.Plan(setting(srs()))
		seen := map[string]bool{}
		for _, s := range p.Scripts {
			first := s.Cycles[0]
			connection := "full"
			if first.Armed {
				connection = "armed"
			}
			want := []string{s.Stream, leave, fmt.Sprint(first.Gap.Milliseconds()), fmt.Sprint(len(s.Players)), connection}
			if diff := cmp.Diff(want, says.FindStringSubmatch(s.Stream)); diff != "" || first.Leave != leave || len(s.Cycles) != 2 {
				t.Errorf("%s does not do as its name says: %s", s.Stream, row(s))
			}
			seen[s.Stream] = true
		}
		if len(seen) != 5*3*2 {
			t.Errorf("%s: %d keys", c.Name, len(seen))
		}
	}
}

func TestTwentyKeysDropInTheSameInstant(t *testing.T) {
	p := caseNamed(t, "drop-together").Plan(setting(srs()))
	if len(p.Scripts) != 20 {
		t.Errorf("%d keys", len(p.Scripts))
	}
	for _, s := range p.Scripts {
		_, got, _ := strings.Cut(row(s), " ")
		const want = "@0 | 350..1000 fin armed | 350..1700 fin armed | 350..2400 fin armed | 2000 unpublish / prompt prompt linger"
		if got != want {
			t.Errorf("%s: %s, want %s", s.Stream, got, want)
		}
	}
}

func TestReleasedPublishesEveryKeyAgain(t *testing.T) {
	s := setting(srs())
	for i := range 95 {
		s.Earlier = append(s.Earlier, fmt.Sprintf("fs-7k2m-%d", i))
	}
	p := caseNamed(t, "released").Plan(s)
	at := map[time.Duration]int{}
	var streams []string
	for _, s := range p.Scripts {
		at[s.StartAt]++
		streams = append(streams, s.Stream)
		if len(s.Players) > 0 || len(s.Cycles) != 1 {
			t.Error(row(s))
		}
	}
	if diff := cmp.Diff(s.Earlier, streams); diff != "" {
		t.Errorf("(-earlier +published):\n%s", diff)
	}
	if diff := cmp.Diff(map[time.Duration]int{time.Second: 40, 1600 * ms: 40, 2200 * ms: 15}, at); diff != "" {
		t.Errorf("keys at a time (-want +got):\n%s", diff)
	}
}

// TestEveryPlanCanBe: names that a stream may have, each once in a run; clips that there are; no more at once than a small
// machine carries; lives in which a starving player is seen; time enough.
func TestEveryPlanCanBe(t *testing.T) {
	clips, err := Clips()
	if err != nil {
		t.Fatal(err)
	}
	streamName := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`) // as in package load
	for _, grace := range []time.Duration{0, 300 * ms, 3 * time.Second} {
		used := map[string]bool{}
		for round := range 2 {
			s := setting(srs()).in(round)
			s.Grace, s.StuckAfter = grace, 4*grace
			for _, c := range Cases() {
				p := c.Plan(s)
				if err := p.Spec.Load.Validate(); err != nil && !c.again {
					t.Errorf("%s: %v", c.Name, err)
				}
				players := 0
				for _, sc := range p.Scripts {
					if used[sc.Stream] || !streamName.MatchString(sc.Stream) {
						t.Errorf("%s: the name %q", c.Name, sc.Stream)
					}
					used[sc.Stream] = true
					players += len(sc.Players)
					cycles := sc.Cycles
					if sc.Rival != nil {
						cycles = append(slices.Clone(cycles), sc.Rival.Cycles...)
					}
					for _, c := range cycles {
						if _, ok := clips[c.Clip]; !ok && c.Clip != "" {
							t.Errorf("%s: no clip %q", sc.Stream, c.Clip)
						}
					}
					if last := cycles[len(cycles)-1]; last.Live < p.Spec.Grace+900*ms {
						t.Errorf("%s: a player that starves for %v is not seen", sc.Stream, last.Live)
					}
					if sc.Lasts()+p.Spec.Grace > p.Spec.Load.Duration {
						t.Errorf("%s: %v in a storm of %v", sc.Stream, sc.Lasts(), p.Spec.Load.Duration)
					}
				}
				if len(p.Scripts) > 40 || players > 120 {
					t.Errorf("%s: %d publishers and %d players at once", c.Name, len(p.Scripts), players)
				}
				if fmt.Sprintf("%+v", p.Load) != fmt.Sprintf("%+v", c.Plan(s).Load) {
					t.Errorf("%s: the same setting gave two plans", c.Name)
				}
			}
		}
	}
}

func TestTheSuiteTakesLessThan90Seconds(t *testing.T) {
	for _, tt := range []struct {
		p    *profile.Profile
		skip []string
		most time.Duration
	}{
		{srs(), nil, 85 * time.Second},
		{srs(), []string{"return-vanish"}, 60 * time.Second},
		{generic(), []string{"return-vanish"}, 60 * time.Second},
	} {
		cases, err := Select(nil, tt.skip)
		if err != nil {
			t.Fatal(err)
		}
		s := Suite{Cases: cases, Setting: setting(tt.p)}
		if got := s.Lasts(); got > tt.most {
			t.Errorf("%s without %v takes %v", tt.p.Name, tt.skip, got)
		} else {
			t.Logf("%s without %v: %v", tt.p.Name, tt.skip, got)
		}
	}
}

func TestVanishWaitsForTheServer(t *testing.T) {
	p := caseNamed(t, "return-vanish").Plan(setting(srs()))
	// 0.3 s of starts, 25 s from the publish, 2 s of return, grace and spare.
	if d := p.Spec.Load.Duration; d < 30*time.Second || d > 32*time.Second {
		t.Errorf("the storm takes %v", d)
	}
}

func TestSkip(t *testing.T) {
	with := func(change func(p *profile.Profile)) *profile.Profile {
		p := srs()
		change(p)
		return p
	}
	takeover := with(func(p *profile.Profile) {
		p.Name, p.Policy, p.Idle = "livego", "takeover", profile.IdleBound{Later: time.Hour}
	})
	slow := with(func(p *profile.Profile) { p.Name, p.Idle = "lal", profile.IdleBound{Later: 2 * time.Minute} })
	blind := with(func(p *profile.Profile) {
		p.Name, p.Idle = "node-media-server", profile.IdleBound{Later: 24 * time.Hour}
	})
	deaf := with(func(p *profile.Profile) {
		p.Departures = map[string]profile.Departure{"unpublish": {Ignored: true}, "halfclose": {Ignored: true}, "vanish": {Policy: "takeover"}}
		p.Idle.First = time.Hour
	})
	tests := []struct {
		name  string
		p     *profile.Profile
		plays bool
		want  map[string]string // why, in part
	}{
		{"srs", srs(), true, nil},
		{"generic", generic(), true, nil},
		{"publish only", srs(), false, map[string]string{
			"publish-and-play": "no --play-url", "play-in-gap": "no --play-url", "stalled-player": "no --play-url",
			"codec-change": "no --play-url", "audio-only": "no --play-url", "video-only": "no --play-url",
		}},
		{"takeover", takeover, true, map[string]string{"contenders": "livego lets the newest"}},
		{"slow", slow, true, map[string]string{"return-vanish": "lal may take 2m0s to notice"}},
		{"blind", blind, true, map[string]string{"return-vanish": "node-media-server was never seen to notice"}},
		{"deaf", deaf, true, map[string]string{"return-halfclose": "does not act on the departure halfclose"}},
	}
	for _, tt := range tests {
		s := setting(tt.p)
		s.Players, s.Earlier = tt.plays, []string{"a"}
		for _, c := range Cases() {
			why, skip := c.Skip(s)
			want := tt.want[c.Name]
			if skip != (want != "") || !strings.Contains(why, want) {
				t.Errorf("%s, %s: skip %v: %s", tt.name, c.Name, skip, why)
			}
		}
	}
	if _, skip := caseNamed(t, "released").Skip(setting(srs())); !skip {
		t.Error("released is run with nothing before it")
	}
}

// TestWithoutPlayersOnlyPublishers: the cases that remain have none, and the returns are not made three times over.
func TestWithoutPlayersOnlyPublishers(t *testing.T) {
	s := setting(srs())
	s.Players = false
	for _, c := range Cases() {
		if _, skip := c.Skip(s); skip {
			continue
		}
		p := c.Plan(s)
		for _, sc := range p.Scripts {
			if len(sc.Players) > 0 {
				t.Error(row(sc))
			}
		}
		if strings.HasPrefix(c.Name, "return-") && len(p.Scripts) != 10 {
			t.Errorf("%s: %d keys", c.Name, len(p.Scripts))
		}
	}
}

func TestEveryCaseSaysWhatItTries(t *testing.T) {
	for _, c := range Cases() {
		if text := phrase.English.Say(c.Says); text == string(c.Says) || c.Says != phrase.ID("smoke."+c.Name) {
			t.Errorf("%s says %q", c.Name, text)
		}
	}
}
