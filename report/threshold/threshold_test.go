package threshold

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The types of a document that has one of each kind.
type (
	times struct {
		P50   float64 `json:"p50"`
		P90   float64 `json:"p90"`
		P99   float64 `json:"p99"`
		Max   float64 `json:"max"`
		Count int64   `json:"count"`
	}
	tally struct {
		Attempts int64            `json:"attempts"`
		Refused  map[string]int64 `json:"refused"`
	}
	common struct {
		Stalls int64 `json:"stalls"`
	}
	verdict int
	step    struct {
		common
		Held *bool `json:"held,omitempty"`
	}
	loaded struct {
		common
		StallRate  float64          `json:"stall_rate"`
		FirstFrame *times           `json:"first_frame_ms"`
		Connect    *times           `json:"connect_ms,omitempty"`
		Refused    map[string]int64 `json:"play_refused,omitempty"`
		Steps      []step           `json:"steps"`
	}
	document struct {
		Verdict verdict           `json:"verdict"`
		Publish tally             `json:"publish"`
		Latency map[string]*times `json:"latency_ms"`
		Server  struct {
			State string   `json:"state"`
			At    *float64 `json:"at_ms,omitempty"`
		} `json:"server"`
		Findings []string  `json:"findings"`
		Unknown  int64     `json:"unknown_events,omitempty"`
		FailFast bool      `json:"fail_fast,omitempty"`
		Started  time.Time `json:"started_at"`
		Plan     any       `json:"plan,omitempty"`
		Load     *loaded   `json:"load,omitempty"`
		hidden   int       //lint:ignore U1000 a field that no JSON has is no name
		Secret   int       `json:"-"`
	}
)

func (verdict) MarshalText() ([]byte, error) { return []byte("pass"), nil }

var names = NamesOf(document{}, map[string]string{
	"connect_ms": "latency_ms.connect", "tag_gap_ms": "latency_ms.tag_gap",
})

// asRead is doc as Check gets it.
func asRead(t testing.TB, doc document) map[string]any {
	t.Helper()
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// busy is a run under load, quiet one without it.
func busy() document {
	held := true
	d := quiet()
	d.Load = &loaded{
		common: common{Stalls: 3}, StallRate: 0.25, FirstFrame: &times{P50: 10, P90: 500, P99: 912, Max: 1000.5, Count: 40},
		Steps: []step{{common: common{Stalls: 2}, Held: &held}, {}},
	}
	return d
}

func quiet() document {
	d := document{
		Publish:  tally{Attempts: 7, Refused: map[string]int64{"busy": 2}},
		Latency:  map[string]*times{"connect": {P99: 4, Count: 9}},
		Findings: []string{"crash", "hang"},
	}
	d.Server.State = "alive"
	return d
}

const (
	yes  = "true"
	no   = "false"
	idle = "undecided"
)

func answer(o Outcome) string {
	switch {
	case o.Undecided != "":
		return idle
	case o.True:
		return yes
	}
	return no
}

func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		expr        string
		busy, quiet string
	}{
		{`p99(first_frame_ms) > 800`, yes, idle},
		{`first_frame_ms.p99 > 800`, yes, idle},
		{`load.first_frame_ms.max == 1000.5`, yes, idle},
		{`p50(first_frame_ms) == 10 and p90(first_frame_ms) == 500 and max(first_frame_ms) >= 1000.5`, yes, idle},
		{`stall_rate < 0.001 && p99(first_frame_ms) < 1000`, no, idle},
		{`stalls + 1 == 4`, yes, idle},
		{`publish.refused.busy == 2`, yes, yes},
		{`publish.refused["busy"] == 2`, yes, yes},
		{`publish.refused.capacity > 0`, no, no},
		{`publish.refused.busy / publish.attempts > 0.25`, yes, yes},
		{`server.state == "alive"`, yes, yes},
		{`server.state in ["crashed", "hung"]`, no, no},
		{`server.state not in ["crashed", "hung"]`, yes, yes},
		{`publish.attempts in [1, 7]`, yes, yes},
		{`verdict == "pass"`, yes, yes},
		{`started_at == "0001-01-01T00:00:00Z"`, yes, yes},
		{`fail_fast`, no, no},
		{`fail_fast == false`, yes, yes},
		{`unknown_events == 0`, yes, yes},
		{`count(findings) > 1`, yes, yes},
		{`count(steps) == 2`, yes, idle},
		{`steps[0].stalls == 2 && steps[0].held`, yes, idle},
		{`steps[1].held`, idle, idle},
		{`steps[2].stalls == 0`, idle, idle},
		{`count(first_frame_ms) == 40`, yes, idle},
		{`p99(latency_ms.connect) == 4`, yes, yes},
		{`p99(tag_gap_ms) > 1`, idle, idle},
		{`count(tag_gap_ms) == 0`, yes, yes},
		{`play_refused.reset > 0`, no, idle},
		{`server.at_ms > 5`, idle, idle},
		{`plan.players > 5`, idle, idle},
		{`load.connect_ms.p99 > 0 || true`, yes, yes},

		// Of two that may be meant the one that has a value is.
		{`p99(connect_ms) == 4`, idle, yes},

		{`abs(0 - 3) == 3 && -3 < +3 && 7 % 4 == 3 && 2 * 3 - 1 == 5`, yes, yes},
		{`max(1, publish.attempts, 3) == 7 && min(4, 2) == 2`, yes, yes},
		{`!(1 >= 2) && not (1 != 1) && 1 <= 1`, yes, yes},
		{`publish.attempts > 5 ? server.state == "alive" : fail_fast`, yes, yes},
		{`(publish.attempts < 5 ? 1 : 2) == 2`, yes, yes},
		{`1 / (publish.attempts - 7) > 1`, idle, idle},
		{`0 / 0 == 0 / 0`, idle, idle},
		{`publish.attempts % 0 < 1`, idle, idle},
		{`max(1, 1 / 0) > 0`, idle, idle},
		{`1e308 * 10 > 1`, idle, idle},
		{`server.at_ms > 5 && false`, no, no},
		{`server.at_ms > 5 && true`, idle, idle},
		{`true || server.at_ms > 5`, yes, yes},
		{`false || server.at_ms > 5`, idle, idle},
		{`!(server.at_ms > 5)`, idle, idle},
		{`server.at_ms in [1, 2]`, idle, idle},
		{`1 in [server.at_ms, 1]`, yes, yes},
		{`1 in [server.at_ms, 2]`, idle, idle},
		{`server.at_ms > 5 ? true : true`, idle, idle},
	} {
		c, err := Compile(tt.expr, names)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if got := answer(c.Check(asRead(t, busy()))); got != tt.busy {
			t.Errorf("%s under load is %s, want %s", tt.expr, got, tt.busy)
		}
		if got := answer(c.Check(asRead(t, quiet()))); got != tt.quiet {
			t.Errorf("%s without load is %s, want %s", tt.expr, got, tt.quiet)
		}
	}
}

func TestValues(t *testing.T) {
	doc := asRead(t, busy())
	c, err := Compile(`p99(first_frame_ms) > 800 && stall_rate < 1 || server.state == "alive" || steps[1].held || fail_fast || stall_rate > 2 || count(steps) > 9`, names)
	if err != nil {
		t.Fatal(err)
	}
	out := c.Check(doc)
	var got []string
	for _, v := range out.Values {
		got = append(got, v.String())
	}
	want := []string{
		"p99(first_frame_ms) is 912 ms", "stall_rate is 0.25", `server.state is "alive"`, "steps[1].held has no value", "fail_fast is false",
		"count(steps) is 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if out.Expr != c.String() {
		t.Errorf("expression %q", out.Expr)
	}
	for expr, want := range map[string]string{
		`p99(tag_gap_ms) > 1`: "no value: nothing of tag_gap_ms happened",
		`server.at_ms > 1`:    "no value: this run has no server.at_ms",
		`1 / 0 > 1`:           "no value: it comes to no number, as of a division by zero",
	} {
		c, err := Compile(expr, names)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Check(doc).Undecided; got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}

// TestValuesAreShort: a number is told to some four digits, and never as the limit that it is not.
func TestValuesAreShort(t *testing.T) {
	for _, tt := range []struct {
		name   string
		value  float64
		limits []float64
		want   string
	}{
		{"stall_rate", 0.1243168675130382, nil, "stall_rate is 0.1243"},
		{"stall_rate", 0.00000123456, nil, "stall_rate is 0.000001235"},
		{"stall_rate", 0.0010004, []float64{1, 0.001}, "stall_rate is 0.0010004"},
		{"p99(first_frame_ms)", 799.96, []float64{800}, "p99(first_frame_ms) is 799.96 ms"},
		{"p99(first_frame_ms)", 799.96, []float64{900}, "p99(first_frame_ms) is 800 ms"},
		{"p99(first_frame_ms)", 800, []float64{800}, "p99(first_frame_ms) is 800 ms"},
		{"bytes", 123456789, nil, "bytes is 123456789"},
		{"mbit_in", 12345.678, nil, "mbit_in is 12346"},
		{"latency_ms.first_frame.p99", 96.255, nil, "latency_ms.first_frame.p99 is 96.25 ms"},
		{"latency_ms.first_frame.count", 12, nil, "latency_ms.first_frame.count is 12"},
		{"count(first_frame_ms)", 12, nil, "count(first_frame_ms) is 12"},
		{"steps[0].stalled_ms", 12, nil, "steps[0].stalled_ms is 12 ms"},
	} {
		if got := (Value{Name: tt.name, Value: tt.value, limits: tt.limits}).String(); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.value, got, tt.want)
		}
	}
	c, err := Compile(`stall_rate > 0.001`, names)
	if err != nil {
		t.Fatal(err)
	}
	out := c.Check(map[string]any{"load": map[string]any{"stall_rate": 0.0010004}})
	if got := out.Values[0].String(); got != "stall_rate is 0.0010004" {
		t.Errorf("%q", got)
	}
}

// TestEmptyDistribution holds that one without values, null or none at all, is one all the same.
func TestEmptyDistribution(t *testing.T) {
	for _, raw := range []string{
		`{"load":{"first_frame_ms":{"p50":null,"p90":null,"p95":null,"p99":null,"p999":null,"max":null,"count":0}}}`,
		`{"load":{"first_frame_ms":{"p50":0,"p90":0,"p99":0,"max":0,"count":0}}}`,
	} {
		var doc map[string]any
		if err := json.Unmarshal([]byte(raw), &doc); err != nil {
			t.Fatal(err)
		}
		for _, n := range []*Names{names, nil} {
			for expr, want := range map[string]string{
				"p99(first_frame_ms) > 1": "nobody got a first frame", "p95(load.first_frame_ms) > 1": "nobody got a first frame",
				"count(first_frame_ms) == 0": "",
			} {
				c, err := Compile(expr, n)
				if err != nil {
					t.Fatal(err)
				}
				if out := c.Check(doc); out.Undecided != want || want == "" && !out.True {
					t.Errorf("%s: %+v, want %q", expr, out, want)
				}
			}
		}
	}
	c, err := Compile("p95(first_frame_ms) == 700 && p999(first_frame_ms) == 990", nil)
	if err != nil {
		t.Fatal(err)
	}
	if out := c.Check(map[string]any{"first_frame_ms": map[string]any{"p50": 1.0, "p90": 1.0, "p95": 700.0, "p99": 900.0, "p999": 990.0, "max": 999.0, "count": 9.0}}); !out.True {
		t.Errorf("%+v", out)
	}
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ expr, want string }{
		{``, "an empty expression"},
		{" \n", "an empty expression"},
		{strings.Repeat("é", 1001), "1001 characters"},
		{`first_fram_ms.p99 > 3`, `column 1: unknown name "first_fram_ms.p99": did you mean first_frame_ms?`},
		{`1 > 0 && p99(first_fram_ms) > 3`, `column 14: unknown name "first_fram_ms": did you mean first_frame_ms?`},
		{`publish.refusd.busy > 3`, `unknown name "publish.refusd.busy": did you mean publish.refused?`},
		{`load.stal_rate > 3`, `unknown name "load.stal_rate": did you mean load.stall_rate?`},
		{`latency_ms.conect.p99 > 3`, `unknown name "latency_ms.conect.p99": did you mean latency_ms.connect?`},
		{`tag_gap.p99 > 3`, `did you mean tag_gap_ms?`},
		{`tag_gap_ms.p98 > 3`, `unknown name "tag_gap_ms.p98": did you mean tag_gap_ms.p90?`},
		{`server.whatever > 3`, `unknown name "server.whatever"; there are at_ms, state`},
		{`verdict.text == "x"`, `verdict is text and has no fields`},
		{`started_at.wall == "x"`, `has no fields`},
		{`steps.stalls > 1`, `has no fields`},
		{`hidden > 1`, `unknown name "hidden"`},
		{`Secret > 1`, `unknown name "Secret"`},
		{`p99(stalls) > 3`, "column 1: p99 takes a distribution, such as p99(first_frame_ms); stalls is a number"},
		{`count(stalls) > 3`, "stalls is a number"},
		{`p99(3) > 3`, "p99 takes one name"},
		{`p99() > 3`, "p99 takes one name"},
		{`p99(first_frame_ms, connect_ms) > 3`, "p99 takes one name"},
		{`max(1) > 3`, "max takes one name"},
		{`min(1) > 3`, "min takes two numbers"},
		{`abs(1, 2) > 3`, "abs takes one number"},
		{`p98(first_frame_ms) > 3`, "there is no function p98; there are p50, p90, p95, p99, p999, max, count, min, abs"},
		{`first_frame_ms > 800`, "first_frame_ms is a distribution: say which of its values is meant, such as p99(first_frame_ms)"},
		{`stalls`, "it comes to a number; it must be true or false"},
		{`"a"`, "it comes to text"},
		{`publish > 1`, "> needs a number, and this is an object"},
		{`server.state > 1`, "> needs a number, and this is text"},
		{`stalls == "1"`, "a number and text can't be compared"},
		{`publish == publish`, "an object and an object can't be compared"},
		{`stalls && true`, "&& needs true or false, and this is a number"},
		{`!stalls`, "! needs true or false"},
		{`-fail_fast > 1`, "- needs a number"},
		{`fail_fast ? 1 : "x"`, "?: needs a number, and this is text"},
		{`stalls in 3`, "in needs a list"},
		{`stalls in 1..1000000000`, "in needs a list"},
		{`stalls in ["a"]`, "a number and text can't be compared"},
		{`1 < stalls < 3`, "write it out"},
		{`fail_fast ?: true`, "write it out"},
		{`stalls ** 2 > 1`, "there is no ** here"},
		{`server.state matches "a.*"`, "there is no matches here"},
		{`server?.state == "x"`, "has no place in a threshold"},
		{`findings[1:2] == 3`, "has no place in a threshold"},
		{`let a = 1; a > 2`, "has no place in a threshold"},
		{`1 > 2; true`, "has no place in a threshold"},
		{`nil == nil`, "has no place in a threshold"},
		{`{"a": 1}.a > 0`, "must be a name of the JSON result"},
		{`server.state.trim() == "x"`, "has no place in a threshold"},
		{`filter(findings, true) == 1`, "there is no function filter"},
		{`len(findings) == 1`, "there is no function len"},
		{`repeat("x", 1000000) == "x"`, "there is no function repeat"},
		{`p99(first_frame_ms) >`, "column 22: it ends too early; an expression looks like"},
		{`(stalls > 1`, "column 12: it ends too early"},
		{`stalls > > 1`, `column 10: ">" can't stand here`},
		{`stalls > 1 "x`, "column 14: it ends too early"},
		{`stalls = 1`, "column 8: write == in place of ="},
		{`stalls => 1`, "column 8: write >= in place of =>"},
		{`stalls =< 1`, "column 8: write <= in place of =<"},
		{`p99(first_frame_ms) > 800ms`, "column 23: times are milliseconds: write 800 in place of 800ms"},
		{`p99(first_frame_ms) > 0.8 s && stalls > 1`, "column 23: times are milliseconds: write 800 in place of 0.8s"},
		{`stall_rate > 0.1%`, "column 14: shares are between 0 and 1: write 0.001 in place of 0.1 %"},
		{`(stall_rate > 5 %) || stalls > 1`, "column 15: shares are between 0 and 1: write 0.05 in place of 5 %"},
		{`server.state == "=> 1ms" && stalls >`, "it ends too early"},
		{`stalls % 2 > > 1`, `">" can't stand here`},
		{"stalls >\n 1 $ 2", "column 13"},
	} {
		c, err := Compile(tt.expr, names)
		if err == nil {
			t.Errorf("%q became %v", tt.expr, c)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q:\n got %v\nwant %s", tt.expr, err, tt.want)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: more than a line: %v", tt.expr, err)
		}
	}
}

// Without names anything goes until there is a document.
func TestWithoutNames(t *testing.T) {
	doc := asRead(t, busy())
	for expr, want := range map[string]string{
		`p99(first_frame_ms) > 800`:          yes,
		`p99(connect_ms) == 4`:               yes,
		`publish.refused.busy == 2`:          yes,
		`nobody.knows > 1`:                   idle,
		`p99(nobody.knows) > 1`:              idle,
		`count(nobody.knows) > 1`:            idle,
		`nobody && nothing == 3 || 1 == one`: idle,
		`(fail ? none : 3) > 1`:              idle,
		`(false ? none : 3) > 1`:             yes,
		`server.state > 3`:                   idle,
		`p99(stalls) > 3`:                    idle,
		`stalls`:                             idle,
	} {
		c, err := Compile(expr, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := answer(c.Check(doc)); got != want {
			t.Errorf("%s is %s, want %s", expr, got, want)
		}
	}
}

// What doubles with each level must not: a part that stands for two, in one that does.
func TestADeepExpressionEnds(t *testing.T) {
	for _, wrap := range []string{"1<(X?1:2)<1", "(X)?:(X)", "!(X)", "((X))", "(X)&&true", "true?(X):true"} {
		expr := "true"
		for {
			next := strings.ReplaceAll(wrap, "X", expr)
			if len(next) > maxLength {
				break
			}
			expr = next
		}
		if c, err := Compile(expr, names); err == nil {
			c.Check(map[string]any{})
		}
	}
}

func FuzzThreshold(f *testing.F) {
	for _, expr := range []string{
		`p99(first_frame_ms) > 800 && stalls > 10`, `server.state in ["a", "b"] ? 1 < 2 : !fail_fast`, `steps[0].stalls % 3 == -1`,
		`1 < stalls < 3`, `count(findings)`, `a?.b?.c ?? d`, `filter(findings, # > 1)`, `let x = 1; x`, `if true { 1 } else { 2 }`, `b"x" == {}`,
		`stalls | abs() > 1`, `::count(1)`, `max(1,`, "'\\u{", "/*", `1_0.5e`,
	} {
		f.Add(expr, `{"load":{"stalls":4,"steps":[{}],"first_frame_ms":{"p50":1,"p90":1,"p99":1,"max":1,"count":1}},"server":{"state":3},"findings":null}`)
	}
	f.Fuzz(func(t *testing.T, expr, raw string) {
		var doc map[string]any
		json.Unmarshal([]byte(raw), &doc)
		for _, n := range []*Names{names, nil} {
			c, err := Compile(expr, n)
			if err != nil {
				continue
			}
			out := c.Check(doc)
			if again := c.Check(doc); !cmp.Equal(out, again, cmp.AllowUnexported(Value{})) {
				t.Errorf("%q: %+v and then %+v", expr, out, again)
			}
			for _, v := range out.Values {
				_ = v.String()
			}
		}
	})
}
