package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// A kept run may be torn, damaged, from another flvstorm, or made up. Whatever its bytes are it is judged, or refused in one
// clear line, and it is a pass only if all of it was there. The run in testdata/run is one against the embedded server with
// --bug early-release and witnesses.

// keptRun is the file of that run.
func keptRun(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "run", history.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// linesOf are the lines of a history, the header first.
func linesOf(t testing.TB, file []byte) []string {
	t.Helper()
	dec, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	text, err := dec.DecodeAll(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

var packer, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))

// packed is the file of a history with these lines.
func packed(lines ...string) []byte {
	return packer.EncodeAll([]byte(strings.Join(lines, "\n")+"\n"), nil)
}

// judgedFile reads, judges and renders a file as `report RUN` does. A refusal must be one clear line.
func judgedFile(t testing.TB, file []byte) (Result, error) {
	t.Helper()
	reader, err := history.NewReader(bytes.NewReader(file), "run")
	if err != nil {
		clear(t, err)
		return Result{}, err
	}
	defer reader.Close()
	k := Judged{Dir: "run", Header: reader.Header()}
	k.Judgement, k.Torn = again(k.Header, reader.Next)
	if k.Torn != nil {
		clear(t, k.Torn)
	}
	r := k.Result(phrase.English)
	var table, doc, junit bytes.Buffer
	if err := errors.Join(Look{}.Print(&table, r), r.WriteJSON(&doc), r.WriteJUnit(&junit), r.annotate(io.Discard, phrase.English)); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(doc.Bytes()) {
		t.Error("the document is no JSON")
	}
	for _, text := range []string{table.String(), r.Markdown(phrase.English)} {
		if i := strings.Index(text, "%!"); i >= 0 {
			t.Errorf("a sentence with a wrong argument: %.80q", text[i:])
		}
		if strings.ContainsRune(text, '\x1b') {
			t.Error("an escape of a stranger's reached the terminal")
		}
	}
	return r, nil
}

// clear fails the test unless err is one sentence for the user.
func clear(t testing.TB, err error) {
	t.Helper()
	text := phrase.English.Render(err)
	var sentence *phrase.Error
	var cut *history.CutError
	if !errors.As(err, &sentence) && !errors.As(err, &cut) || strings.ContainsAny(text, "\n\x1b") || strings.Contains(text, "%!") || len(text) > 1000 {
		t.Errorf("no clear line: %q", text)
	}
}

func reasonsOf(r Result) string {
	var codes []string
	for _, reason := range r.Reasons {
		codes = append(codes, reason.Code)
	}
	return strings.Join(codes, " ")
}

// What stands before the cut is judged. It is never a pass, and it finds nothing that the whole does not.
func TestARunCutAnywhere(t *testing.T) {
	file := keptRun(t)
	whole, err := judgedFile(t, file)
	if err != nil || whole.Verdict != check.Fail {
		t.Fatalf("%v, %v", whole.Verdict, err)
	}
	found := map[string]bool{}
	for _, f := range whole.Findings {
		found[string(f.Code)] = true
	}
	failed := 0
	for n := 0; n < len(file); n += 97 {
		r, err := judgedFile(t, file[:n])
		if err != nil {
			continue
		}
		switch r.Verdict {
		case check.Fail:
			failed++
		case check.Inconclusive:
		default:
			t.Errorf("cut at %d: %v", n, r.Verdict)
		}
		for _, f := range r.Findings {
			if f.Severity == string(check.Error) && !found[string(f.Code)] {
				t.Errorf("cut at %d: %s, which the whole has not", n, f.Code)
			}
		}
	}
	if failed == 0 {
		t.Error("no part of a run that failed showed why")
	}
}

// The same between any two events, where no record is torn: a run that did not come to its end is no pass.
func TestARunCutBetweenEvents(t *testing.T) {
	lines := linesOf(t, keptRun(t))
	for n := 1; n < len(lines); n += 5 {
		r, err := judgedFile(t, packed(lines[:n]...))
		if err != nil {
			t.Fatal(err)
		}
		ended := slices.ContainsFunc(lines[:n], func(line string) bool { return strings.Contains(line, `"kind":"phase","data":{"name":"end"}`) })
		if r.Verdict == check.Pass || r.Verdict == check.Interrupted || ended == strings.Contains(reasonsOf(r), "cut") {
			t.Errorf("after %d events: %v, %s", n-1, r.Verdict, reasonsOf(r))
		}
	}
}

// A byte that flipped on the disk is found by a checksum; one that was changed before that may only be judged otherwise.
func TestARunWithFlippedBytes(t *testing.T) {
	file := keptRun(t)
	text := strings.Join(linesOf(t, file), "\n")
	r := rand.New(rand.NewPCG(4, 4))
	for range 60 {
		torn := bytes.Clone(file)
		torn[r.IntN(len(torn))] ^= byte(1 + r.IntN(255))
		if result, err := judgedFile(t, torn); err == nil && result.Verdict == check.Pass {
			t.Error("a damaged run of a bug passed")
		}
		changed := []byte(text)
		for range 1 + r.IntN(20) {
			changed[r.IntN(len(changed))] ^= byte(1 + r.IntN(255))
		}
		judgedFile(t, packed(string(changed)))
	}
}

// Lines that are lost, twice there, out of order or of any other number are judged as far as they make sense.
func TestARunInDisorder(t *testing.T) {
	lines := linesOf(t, keptRun(t))
	header, events := lines[0], lines[1:]
	r := rand.New(rand.NewPCG(5, 5))
	absurd := []string{"0", "-1", "9223372036854775807", "-9223372036854775808", "4294967295", "1e18", "null"}
	for _, tt := range []struct {
		name   string
		change func([]string) []string
	}{
		{"shuffled", func(e []string) []string {
			r.Shuffle(len(e), func(i, j int) { e[i], e[j] = e[j], e[i] })
			return e
		}},
		{"backwards", func(e []string) []string { slices.Reverse(e); return e }},
		{"each twice", func(e []string) []string { return slices.Concat(e, e) }},
		{"half of them lost", func(e []string) []string {
			return slices.DeleteFunc(e, func(string) bool { return r.IntN(2) == 0 })
		}},
		{"other numbers", func(e []string) []string {
			for i := range e {
				if r.IntN(4) == 0 {
					e[i] = otherNumber(e[i], absurd[r.IntN(len(absurd))], r)
				}
			}
			return e
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 12 {
				if _, err := judgedFile(t, packed(append([]string{header}, tt.change(slices.Clone(events))...)...)); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// otherNumber puts another number in the place of one that line has.
func otherNumber(line, number string, r *rand.Rand) string {
	var at [][2]int
	for i := 0; i < len(line); i++ {
		if line[i] < '0' || line[i] > '9' || i == 0 || line[i-1] != ':' {
			continue
		}
		end := i
		for end < len(line) && line[end] >= '0' && line[end] <= '9' {
			end++
		}
		at = append(at, [2]int{i, end})
		i = end
	}
	if len(at) == 0 {
		return line
	}
	where := at[r.IntN(len(at))]
	return line[:where[0]] + number + line[where[1]:]
}

// Events of kinds that are not known are counted and skipped, wherever they stand.
func TestUnknownKindsAmongOthers(t *testing.T) {
	lines := linesOf(t, keptRun(t))
	want, err := judgedFile(t, packed(lines...))
	if err != nil {
		t.Fatal(err)
	}
	mixed := []string{lines[0]}
	for i, line := range lines[1:] {
		mixed = append(mixed, line, fmt.Sprintf(`{"seq":%d,"at":0,"key":"live/s0","epoch":1,"kind":"thought","data":[{"deep":[%d]}]}`, i, i))
	}
	got, err := judgedFile(t, packed(mixed...))
	if err != nil {
		t.Fatal(err)
	}
	if got.Verdict != want.Verdict || len(got.Findings) != len(want.Findings) || got.Publish.Attempts != want.Publish.Attempts {
		t.Errorf("%v with %d findings, and without %v with %d", got.Verdict, len(got.Findings), want.Verdict, len(want.Findings))
	}
	if n := int64(len(lines) - 1); got.Unknown != n {
		t.Errorf("%d unknown events counted of %d", got.Unknown, n)
	}
}

// A header of another machine, another tool and another time is none of the judgement's business.
func TestARunFromElsewhere(t *testing.T) {
	lines := linesOf(t, keptRun(t))
	want, _ := judgedFile(t, packed(lines...))
	var header map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &header); err != nil {
		t.Fatal(err)
	}
	header["machine"] = map[string]any{"os": "plan9", "arch": "mips", "cpus": -3}
	header["tool"], header["started_at"], header["colour"] = "v99", "0001-01-01T00:00:00Z", "red"
	b, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	lines[0] = string(b)
	if got, err := judgedFile(t, packed(lines...)); err != nil || got.Verdict != want.Verdict || len(got.Findings) != len(want.Findings) {
		t.Errorf("%v with %d findings, %v", got.Verdict, len(got.Findings), err)
	}
	for name, broken := range map[string]string{
		"an older schema": strings.Replace(lines[0], "history/1", "history/0", 1),
		"a newer schema":  strings.Replace(lines[0], "history/1", "history/2", 1),
		"no schema":       `{}`,
	} {
		if _, err := judgedFile(t, packed(append([]string{broken}, lines[1:]...)...)); err == nil {
			t.Errorf("%s: judged", name)
		} else if text := err.Error(); !strings.Contains(text, "use the flvstorm that wrote it") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// strange are events that no flvstorm wrote: of the witness's kinds, with values that don't fit together.
var strange = []string{
	`{"seq":1,"at":100000000,"key":"live/s0","actor":"play/live/s0/0","kind":"play-requested","data":{"session":-1,"witness":true}}`,
	`{"seq":2,"at":200000000,"key":"live/s0","actor":"play/live/s0/0","epoch":4294967295,"kind":"watched","data":{"session":-1,"from":9,"to":1,"video":-5,"bytes":-9223372036854775808,"first_ns":9223372036854775807,"last_ns":-9223372036854775808,"ages_us":[-1,0,9223372036854775807,-9223372036854775808]}}`,
	`{"seq":3,"at":300000000,"key":"live/s0","actor":"play/live/s0/0","kind":"watched","data":{"session":9223372036854775807,"from":0,"to":4294967295,"video":9223372036854775807,"first_sent_ns":-1,"last_sent_ns":9223372036854775807,"last_time":4294967295}}`,
	`{"seq":4,"at":-400000000,"key":"live/s0","actor":"play/live/s0/0","kind":"stall","data":{"session":0,"gap_ns":-1,"explained_ns":9223372036854775807}}`,
	`{"seq":5,"at":9223372036854775807,"key":"live/s0","actor":"play/live/s0/0","kind":"stall","data":{"gap_ns":9223372036854775807,"explained_ns":-9223372036854775808}}`,
	`{"seq":6,"at":500000000,"key":"live/s0","actor":"play/live/s0/0","epoch":1,"kind":"oddity","data":{"session":1,"what":"gap","missing":-9223372036854775808,"tags":[{"type":"video"}],"index":7,"file":"../../etc/passwd"}}`,
	`{"seq":7,"at":500000000,"key":"live/s0","actor":"play/live/s0/0","epoch":1,"kind":"oddity","data":{"session":1,"what":"previous-size","detail":"\u001b[2Jgone\n","tags":[],"index":-1,"file":"/etc/passwd","more":-1}}`,
	`{"seq":8,"at":500000000,"key":"live/s0","actor":"play/live/s0/0","epoch":1,"kind":"oddity","data":{"session":1,"what":"\u001b[31m","tags":[{"type":"\u001b[2J","size":-1,"offset":-1,"age_ns":-9223372036854775808,"at_ns":9223372036854775807}],"index":9223372036854775807,"file":"evidence/..\\..\\x"}}`,
	`{"seq":9,"at":500000000,"kind":"oddity","data":{"what":"switch","missing":4294967296}}`,
	`{"seq":10,"at":500000000,"key":"live/s0","actor":"play/live/s0/0","epoch":2,"kind":"oddity","data":{"what":"altered","file":"evidence/\u001b[2J.flv"}}`,
	`{"seq":11,"at":500000000,"key":"live/s0","epoch":1,"kind":"publish-accepted","data":{"said_ns":-9223372036854775808}}`,
	`{"seq":12,"at":-9223372036854775808,"key":"live/s0","epoch":1,"kind":"departed","data":{"how":"vanish","last_sent_ns":9223372036854775807}}`,
	`{"seq":13,"at":9223372036854775807,"kind":"tick"}`,
	`{"seq":14,"at":-9223372036854775808,"kind":"tick"}`,
}

func TestAHostileRun(t *testing.T) {
	lines := linesOf(t, keptRun(t))
	for i := range strange {
		one := append(slices.Clone(lines), strange[i], strange[i])
		if _, err := judgedFile(t, packed(one...)); err != nil {
			t.Errorf("%s: %v", strange[i], err)
		}
	}
	middle := slices.Concat(lines[:len(lines)/2], strange, lines[len(lines)/2:], strange)
	r, err := judgedFile(t, packed(middle...))
	if err != nil {
		t.Fatal(err)
	}
	var doc, table bytes.Buffer
	if err := errors.Join(r.WriteJSON(&doc), Look{}.Print(&table, r)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"etc/passwd", `..\\x`, `..\x`} {
		if strings.Contains(doc.String(), bad) || strings.Contains(table.String(), bad) {
			t.Errorf("a path out of the run's folder is shown: %s", bad)
		}
	}
}

// FuzzJudge judges lines that anybody may have written behind the header of a real run.
// A judgement does not cover the same code twice, so Go never ends making an input smaller; -fuzzminimizetime 1x, which make
// fuzz gives, keeps it from that.
func FuzzJudge(f *testing.F) {
	lines := linesOf(f, keptRun(f))
	// The seeds are short, the shortest line of each kind of event and few together, for what the fuzzer finds it makes smaller
	// byte by byte.
	kinds := map[string]string{}
	for _, line := range lines[1:] {
		_, after, _ := strings.Cut(line, `"kind":"`)
		kind, _, _ := strings.Cut(after, `"`)
		if old, ok := kinds[kind]; !ok || len(line) < len(old) {
			kinds[kind] = line
		}
	}
	for _, from := range [][]string{strange, slices.Sorted(maps.Values(kinds))} {
		for few := range slices.Chunk(from, 3) {
			f.Add(strings.Join(few, "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64<<10 {
			return
		}
		judgedFile(t, packed(lines[0], text))
	})
}
