package report

import (
	"encoding/json"
	"maps"
	"math"
	"time"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// Load is what came of a run under steady load. Times are milliseconds, sizes bytes, shares between 0 and 1.
type Load struct {
	// Of is what there were to be so many of: "players" or "publishers", over all keys.
	Of string `json:"of"`
	// Why is what the steps were: "hold", "stage" or "search".
	Why string `json:"why"`
	// Streams is how many streams the load is on, Chaos on how many more chaos runs beside it, Arrive how fast players were to come; zero where
	// the plan doesn't say.
	Streams int64  `json:"streams,omitempty"`
	Chaos   int64  `json:"chaos_streams,omitempty"`
	Arrive  string `json:"arrive,omitempty"`
	LoadFigures
	// Manners are the players by their manner, where there was more than one.
	Manners map[string]Plays `json:"manners,omitempty"`
	Steps   []LoadStep       `json:"steps"`
	// Limit is what a search came to, nil of a run that searched for nothing.
	Limit *Limit `json:"limit,omitempty"`
	// Series is how it went, in at most some hundred points, for charts.
	Series []LoadPoint `json:"series"`
}

// LoadFigures are the figures of the whole run, or of one step.
type LoadFigures struct {
	// Measured is for how long there were samples.
	Measured Millis `json:"measured_ms"`
	Plays
	Publishes
	Generator Generator `json:"generator"`
}

// Plays is what players did and saw. Stalls and the times until they were served are of those that watch as anybody would: slow
// and idle ones, and in stalls churning ones too, stand only under their manner.
type Plays struct {
	Wanted  int64 `json:"players_wanted"`  // most at once
	Playing int64 `json:"players_playing"` // most at once
	// Waiting are those who had no stream at the end and were to have one, ServedRate is the share of the time in which players who read
	// wanted the stream and had it, nil where nobody did.
	Waiting    int64    `json:"players_waiting"`
	ServedRate *float64 `json:"served_rate"`
	// Sessions were begun, Opened of them promised a stream, Refused got none, by what they got; RefusedRate is the share of those that
	// came to an answer. Limited are those that a limit of this machine prevented.
	Sessions    int64            `json:"sessions"`
	Opened      int64            `json:"opened"`
	Refused     map[string]int64 `json:"play_refused"`
	RefusedRate float64          `json:"refused_rate"`
	Limited     int64            `json:"limited,omitempty"`
	// Stalls is how often a player ran dry, Stalled for how long altogether, Played for how long pictures moved, StallRate the share
	// of both that was stalled, StalledMax how many were dry at once.
	Stalls     int64   `json:"stalls"`
	Stalled    Millis  `json:"stalled_ms"`
	Played     Millis  `json:"played_ms"`
	StallRate  float64 `json:"stall_rate"`
	StalledMax int64   `json:"stalled_players_max"`
	// Ended are sessions that the server ended, Torn those of them that it cut inside a tag, BadTags what was no FLV.
	Ended      int64   `json:"ended"`
	Torn       int64   `json:"torn"`
	BadTags    int64   `json:"bad_tags"`
	Tags       int64   `json:"tags"`
	Bytes      int64   `json:"bytes"`
	MbitIn     float64 `json:"mbit_in"` // mean Mbit/s
	Connect    Times   `json:"connect_ms"`
	FirstByte  Times   `json:"first_byte_ms"`
	FirstFrame Times   `json:"first_frame_ms"`
	Late       Times   `json:"play_lateness_ms"` // of sessions begun by us
}

// Publishes is what publishers did.
type Publishes struct {
	Wanted     int64            `json:"publishers_wanted"`     // most at once
	Publishing int64            `json:"publishers_publishing"` // most at once
	Accepted   int64            `json:"publish_accepted"`
	Refused    map[string]int64 `json:"publish_refused"`
	Ended      int64            `json:"publish_ended"` // by the server
	Frames     int64            `json:"frames_sent"`
	Bytes      int64            `json:"bytes_sent"`
	MbitOut    float64          `json:"mbit_out"` // mean Mbit/s
	Publish    Times            `json:"publish_ms"`
	// Lateness is how late frames were written while nothing was in their way, Behind how late those were that waited for the server
	// to take what was before them.
	Lateness Times `json:"publish_lateness_ms"`
	Behind   Times `json:"publish_behind_ms"`
	// Blocks are writes that the socket did not take at once, BlockedRate the share of the time of publishing that they took.
	Blocks      int64   `json:"blocks"`
	BlockedRate float64 `json:"blocked_rate"`
}

// Generator is how we ourselves kept up. What is not known is nil, and decides no threshold.
type Generator struct {
	Windows     int64            `json:"windows"` // of about a second
	LateWindows int64            `json:"late_windows"`
	Late        map[string]int64 `json:"late"`    // by what was late in them
	LateAt      []LateSpan       `json:"late_at"` // the first of them
	CPUMax      *float64         `json:"cpu_max"` // cores
	MachineMax  *float64         `json:"machine_cpu_max"`
	Cores       int64            `json:"cores"`
	Lag         Times            `json:"lag_ms"`
	GC          Millis           `json:"gc_ms"`
	Descriptors *int64           `json:"descriptors_max"`
	Limit       *int64           `json:"descriptor_limit"`
	Ports       *int64           `json:"ports_max"`
	PortLimit   *int64           `json:"port_limit"`
	RSS         *int64           `json:"rss_max"`
}

// LateSpan is a time in which what was measured can't be trusted.
type LateSpan struct {
	From Millis   `json:"from_ms"`
	To   Millis   `json:"to_ms"`
	Why  []string `json:"why"`
}

// LoadStep is one step of a load: how much was wanted, and what came of it.
type LoadStep struct {
	Step int    `json:"step"`
	Why  string `json:"why"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
	// Held says of a step of a search whether the load held, Ours that nobody knows, for the generator was at its limit.
	Held    *bool    `json:"held,omitempty"`
	Ours    *bool    `json:"ours,omitempty"`
	Reasons []string `json:"reasons"`
	LoadFigures
}

// Limit is what a search came to: the largest load that held, and the smallest above it that did not; 0 for none.
type Limit struct {
	Expr    string   `json:"expr"`
	Held    int64    `json:"held"`
	Failed  int64    `json:"failed"`
	Reasons []string `json:"reasons"`
	// Ours says that nothing is known of what the server would have made of it: the generator was at its limit.
	Ours bool `json:"ours"`
}

// LoadPoint is how it stood for a while after At. Counts are of that while, the numbers of players and publishers the most at once.
type LoadPoint struct {
	At         Millis  `json:"at_ms"`
	For        Millis  `json:"for_ms"`
	Playing    int64   `json:"playing"`
	Dry        int64   `json:"dry"`
	Publishing int64   `json:"publishing"`
	MbitIn     float64 `json:"mbit_in"`
	MbitOut    float64 `json:"mbit_out"`
	Refused    int64   `json:"refused"`
	// P50 and P99 are of the time until the first frame, of the worst window within; nil where nobody got one.
	P50    *Millis `json:"first_frame_p50_ms"`
	P99    *Millis `json:"first_frame_p99_ms"`
	Stalls int64   `json:"stalls"`
	CPU    float64 `json:"generator_cpu"`
	Lag    Millis  `json:"lag_p99_ms"`
	Late   bool    `json:"late"`
}

// loaded turns the figures of the judgement into the document's; nil for a run without steady load.
func loaded(l *check.Load, h history.Header) *Load {
	if l == nil {
		return nil
	}
	out := &Load{
		Of: cut(l.Of), Why: cut(l.Why), LoadFigures: loadFigures(l.Figures),
		Steps: make([]LoadStep, 0, len(l.Steps)), Series: make([]LoadPoint, 0, len(l.Series)),
	}
	out.Streams = planned(h.Plan, "streams")
	if beside, ok := h.Plan["chaos"].(map[string]any); ok {
		out.Chaos = planned(beside, "streams")
	}
	arrive, _ := h.Plan["arrive"].(string)
	out.Arrive = cut(arrive)
	if len(l.Manners) > 1 {
		out.Manners = map[string]Plays{}
		for manner, f := range l.Manners {
			out.Manners[cut(manner)] = plays(f)
		}
	}
	for _, s := range l.Steps {
		out.Steps = append(out.Steps, loadStep(s))
	}
	if l.Limit != nil {
		expr, _ := h.Plan["find_limit"].(string)
		out.Limit = &Limit{Expr: cut(expr), Held: l.Limit.Held, Failed: l.Limit.Failed, Reasons: some(l.Limit.Why), Ours: l.Limit.Ours}
	}
	for _, p := range l.Series {
		out.Series = append(out.Series, loadPoint(p))
	}
	return out
}

// planned is a number of a plan, as we made it or as it stands in a file.
func planned(plan map[string]any, name string) int64 {
	switch n := plan[name].(type) {
	case int:
		return max(int64(n), 0)
	case float64:
		return int64(min(max(n, 0), 1e9))
	}
	return 0
}

// OfStep is a result with the figures of one step alone, as if it were all of the run: what an expression is asked of while a
// search goes on.
func OfStep(of string, s check.LoadStep) Result {
	return Result{Schema: Schema, Load: &Load{
		Of: of, Why: s.Why, LoadFigures: loadFigures(s.Figures), Steps: []LoadStep{loadStep(s)}, Series: []LoadPoint{},
	}}
}

func loadStep(s check.LoadStep) LoadStep {
	out := LoadStep{Step: s.Step, Why: cut(s.Why), From: s.From, To: s.To, Reasons: some(s.Reasons), LoadFigures: loadFigures(s.Figures)}
	if s.Judged {
		out.Held = &s.Held
		if s.Ours {
			out.Ours = &s.Ours
		}
	}
	return out
}

func loadFigures(f check.LoadFigures) LoadFigures {
	return LoadFigures{Measured: millis(f.Measured), Plays: plays(f.Plays), Publishes: publishes(f.Publishes), Generator: generator(f.Generator)}
}

func plays(p check.Plays) Plays {
	out := Plays{
		Wanted: p.Wanted, Playing: p.Playing, Waiting: p.Waiting, Sessions: p.Sessions, Opened: p.Opened, Refused: cutKeys(p.Refused), RefusedRate: p.RefusedRate(),
		Limited: p.Limited, Stalls: p.Stalls, Stalled: millis(p.Stalled), Played: millis(p.Played), StallRate: p.StallRate(),
		StalledMax: p.DryMax, Ended: p.Ended, Torn: p.Torn, BadTags: p.Bad, Tags: p.Tags, Bytes: p.Bytes, MbitIn: rounded(p.Mbit, 3),
		Connect: times(p.Connect), FirstByte: times(p.FirstByte), FirstFrame: times(p.FirstFrame), Late: times(p.Late),
	}
	if rate, ok := p.ServedRate(); ok {
		out.ServedRate = &rate
	}
	return out
}

func publishes(p check.Publishes) Publishes {
	return Publishes{
		Wanted: p.Wanted, Publishing: p.Publishing, Accepted: p.Accepted, Refused: cutKeys(p.Refused), Ended: p.Ended, Frames: p.Frames,
		Bytes: p.Bytes, MbitOut: rounded(p.Mbit, 3), Publish: times(p.Publish), Lateness: times(p.Lateness), Behind: times(p.Behind),
		Blocks: p.Blocks, BlockedRate: p.BlockedRate(),
	}
}

func generator(g check.Generator) Generator {
	out := Generator{
		Windows: g.Windows, LateWindows: g.LateWindows, Late: cutKeys(g.Late), LateAt: make([]LateSpan, 0, len(g.LateAt)),
		CPUMax: known(rounded(g.CPU, 3)), MachineMax: known(rounded(g.Machine, 3)), Cores: g.Cores, Lag: times(g.Lag), GC: millis(g.GC),
		Descriptors: known(g.Descriptors), Limit: known(g.DescriptorLimit), Ports: known(g.Ports), PortLimit: known(g.PortLimit), RSS: known(g.RSS),
	}
	for _, s := range g.LateAt {
		out.LateAt = append(out.LateAt, LateSpan{From: millis(s.From), To: millis(s.To), Why: some(s.Why)})
	}
	return out
}

// known is a figure that is not known where it is negative.
func known[N int64 | float64](n N) *N {
	if n < 0 {
		return nil
	}
	return &n
}

func loadPoint(p check.LoadPoint) LoadPoint {
	out := LoadPoint{
		At: millis(p.At), For: millis(p.For), Playing: p.Playing, Dry: p.Dry, Publishing: p.Publishing, MbitIn: rounded(p.MbitIn, 3),
		MbitOut: rounded(p.MbitOut, 3), Refused: p.Refused, Stalls: p.Stalls, CPU: rounded(p.CPU, 3), Lag: millis(p.Lag), Late: p.Late,
	}
	if p.Began {
		p50, p99 := millis(p.P50), millis(p.P99)
		out.P50, out.P99 = &p50, &p99
	}
	return out
}

// Times are Percentiles that are null where nothing happened: no time is not a short one.
type Times struct{ Percentiles }

// MarshalJSON writes them.
func (t Times) MarshalJSON() ([]byte, error) {
	if t.Count == 0 {
		return []byte(`{"p50":null,"p90":null,"p95":null,"p99":null,"p999":null,"max":null,"count":0}`), nil
	}
	return json.Marshal(t.Percentiles)
}

func times(t check.Times) Times {
	return Times{Percentiles{
		P50: millis(t.P50), P90: millis(t.P90), P95: millis(t.P95), P99: millis(t.P99), P999: millis(t.P999), Max: millis(t.Max), Count: t.Count,
	}}
}

// some are texts of a file, bounded; never nil.
func some(texts []string) []string { return append([]string{}, cutAll(texts)...) }

// cutKeys is a count by names of a file's, bounded; never nil.
func cutKeys(counts map[string]int64) map[string]int64 {
	out := make(map[string]int64, len(counts))
	for name, n := range maps.All(counts) {
		out[cut(name)] += n
	}
	return out
}

// measuredFor is for how long there were figures.
func (f LoadFigures) measuredFor() time.Duration { return f.Measured.Duration() }

// rounded is v with so many digits behind the point. What is no number, whoever wrote it, is none.
func rounded(v float64, digits int) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	scale := math.Pow(10, float64(digits))
	return math.Round(v*scale) / scale
}
