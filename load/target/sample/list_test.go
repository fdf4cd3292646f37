package sample

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listed reads a list and writes each item as its values, one after the other.
func listed(t testing.TB, answer, list string, paths ...string) (items []string, found bool, err error) {
	t.Helper()
	r := newListReader(list, paths, func(values []apiValue) {
		var words []string
		for _, v := range values {
			n, counts := v.number()
			if !counts {
				n = -1
			}
			words = append(words, fmt.Sprintf("%s %v %d", v.says(), v.holds(), n))
		}
		items = append(items, strings.Join(words, " | "))
	})
	found, err = r.read(strings.NewReader(answer))
	return items, found, err
}

func TestAListIsFoundWhereverItStands(t *testing.T) {
	for _, tt := range []struct {
		name, list, answer string
		want               []string // the item's "n"
	}{
		{"the answer itself", "", `[{"n":"a"},{"n":"b"}]`, []string{"a", "b"}},
		{"below names", "data.list", `{"code":0,"data":{"x":[1,[2]],"list":[{"n":"a"}]},"more":{"list":[{"n":"z"}]}}`, []string{"a"}},
		{"a map is the list of its values", "data", `{"data":{"one":{"n":"a"},"two":{"n":"b"}}}`, []string{"a", "b"}},
		{"null is an empty list", "data.list", `{"data":{"list":null}}`, nil},
		{"null on the way", "groups.subs", `{"groups":null}`, nil},
		{"lists on the way", "groups.subs", `{"groups":[{"subs":[{"n":"a"}]},{"x":1},{"subs":null},{"subs":[{"n":"b"},{"n":"c"}]}]}`, []string{"a", "b", "c"}},
		{"one object for each of a list", "groups.pub", `{"groups":[{"pub":{"n":"a","m":{"n":"z"}}},{"pub":{"n":"b"}}]}`, []string{"a", "b"}},
		{"no list on the way", "groups.subs", `{"groups":[]}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items, found, err := listed(t, tt.answer, tt.list, "n")
			for i, item := range items {
				items[i], _, _ = strings.Cut(item, " ")
			}
			if diff := cmp.Diff(tt.want, items); diff != "" || !found || err != nil {
				t.Errorf("found %v, %v\n%s", found, err, diff)
			}
		})
	}
	for _, answer := range []string{`{}`, `{"data":{}}`, `{"data":{"list":"x"}}`, `{"data":{"list":7}}`, `"list"`, `true`} {
		if items, found, err := listed(t, answer, "data.list", "n"); found || err != nil || len(items) > 0 {
			t.Errorf("%s: found %v, %v, %v", answer, found, items, err)
		}
	}
}

func TestValuesOfAnItem(t *testing.T) {
	for _, tt := range []struct{ name, item, want string }{ // v.x is asked for
		{"a text", `{"v":{"x":"seven"}}`, "seven true -1"},
		{"an empty text", `{"v":{"x":""}}`, " false -1"},
		{"a number as text", `{"v":{"x":"7"}}`, "7 true 7"},
		{"a number", `{"v":{"x":7}}`, "7 true 7"},
		{"zero", `{"v":{"x":0.0}}`, "0.0 false 0"},
		{"a fraction", `{"v":{"x":7.9}}`, "7.9 true 7"},
		{"a negative number", `{"v":{"x":-7}}`, "-7 true -1"},
		{"beyond 64 bits", `{"v":{"x":99999999999999999999}}`, "99999999999999999999 true 9223372036854775807"},
		{"beyond a float", `{"v":{"x":1e999}}`, "1e999 true 9223372036854775807"},
		{"far below zero", `{"v":{"x":-1e999}}`, "-1e999 true -1"},
		{"true", `{"v":{"x":true}}`, "true true -1"},
		{"false", `{"v":{"x":false}}`, "false false -1"},
		{"null", `{"v":{"x":null}}`, " false 0"},
		{"missing", `{"v":{}}`, " false -1"},
		{"a list", `{"v":{"x":[1,{"x":2},[3]]}}`, " true 3"},
		{"an empty list", `{"v":{"x":[]}}`, " false 0"},
		{"an object", `{"v":{"x":{"a":1,"b":[1,2]}}}`, " true 2"},
		{"an empty object", `{"v":{"x":{}}}`, " false 0"},
		{"a list on the way: the first", `{"v":[{"y":1},{"x":"a"},{"x":"b"}]}`, "a true -1"},
		{"twice: the first", `{"v":{"x":"a"},"v":{"x":"b"}}`, "a true -1"},
		{"no object", `7`, " false -1"},
		{"a text where an object should be", `{"v":"x"}`, " false -1"},
		{"control characters and colours", `{"v":{"x":"a\u001b[31mb\u0000\u202ec\n"}}`, "abc true -1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items, _, err := listed(t, "["+tt.item+"]", "", "v.x")
			if diff := cmp.Diff([]string{tt.want}, items); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
	// A path may be asked for beside one that goes through it.
	items, _, err := listed(t, `[{"p":{"id":"x"}},{"p":null},{"p":{}}]`, "", "p", "p.id")
	if diff := cmp.Diff([]string{" true 1 | x true -1", " false 0 |  false -1", " false 0 |  false -1"}, items); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestAnswersThatAreNoJSON(t *testing.T) {
	for _, answer := range []string{
		"", " ", "<html>", "[", "[1", "[1 2]", `{"data"`, `{"data":`, `{"data":{"list":[{"n":1}`, "{1:2}", "]", "}", ",", `{"data":[}`,
	} {
		if _, _, err := listed(t, answer, "data.list", "n"); err == nil {
			t.Errorf("%q: no error", answer)
		}
	}
	deep := strings.Repeat("[", 100_000)
	for _, tt := range []struct{ list, path, answer string }{
		{"a.b", "n", deep}, {"", "n.m", deep}, {"", "n.m", `[{"n":` + deep}, {"", "n", `[{"x":` + deep},
	} {
		if _, _, err := listed(t, tt.answer, tt.list, tt.path); err == nil {
			t.Errorf("list %q of a hundred thousand lists: no error", tt.list)
		}
	}
	if _, _, err := listed(t, strings.Repeat("[", 40)+strings.Repeat("]", 40), "a", "n"); !errors.Is(err, errTooDeep) {
		t.Errorf("%v, want %v", err, errTooDeep)
	}
}

func TestKeysOfAnAPI(t *testing.T) {
	text := func(s string) apiValue { return apiValue{kind: isText, text: s} }
	for _, tt := range []struct {
		parts []apiValue
		want  string
	}{
		{[]apiValue{text("/live/s0")}, "live/s0"},
		{[]apiValue{text("live"), text("s0")}, "live/s0"},
		{[]apiValue{text("live"), text("s0.flv")}, "live/s0"},
		{[]apiValue{text("live/s0?token=x")}, "live/s0"},
		{[]apiValue{text("live"), {kind: isNumber, text: "7"}}, "live/7"},
		{[]apiValue{text("live"), {}}, ""},
		{[]apiValue{{kind: isMany, count: 2}}, ""},
		{nil, ""},
	} {
		if got := apiKey(tt.parts); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.parts, got, tt.want)
		}
	}
}

// FuzzListReader holds that no answer makes the reader panic, or keep more than it was sent.
func FuzzListReader(f *testing.F) {
	captured, err := filepath.Glob("../../../internal/profile/testdata/api/*.json")
	if err != nil || len(captured) == 0 {
		f.Fatalf("no captured answers: %v", err)
	}
	for _, name := range captured {
		answer, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(answer, "data.streams", "publisher.id")
		f.Add(answer, "data.groups.subs", "session_id")
	}
	f.Add([]byte(`{"a":[[{"b":{"c":[1]}}]]}`), "a", "b.c")
	f.Add([]byte(`[null,{"":1}]`), "", ".")
	f.Fuzz(func(t *testing.T, answer []byte, list, path string) {
		items, kept := 0, 0
		r := newListReader(list, []string{path, "", path + ".x"}, func(v []apiValue) {
			items++
			for _, v := range v {
				kept += len(v.text)
				v.number()
				if len(v.says()) > 2*maxAPIText {
					t.Errorf("%d bytes of text", len(v.says()))
				}
			}
			apiKey(v)
		})
		if _, err := r.read(bytes.NewReader(answer)); err == nil && items > len(answer) {
			t.Errorf("%d items in %d bytes", items, len(answer))
		}
		if kept > 2*len(answer)+10 {
			t.Errorf("%d bytes kept of %d", kept, len(answer))
		}
	})
}
