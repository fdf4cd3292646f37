package page

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

// attacks are texts that want to be more than text. No text of a document is longer than 4 KiB, for package report cuts them.
var attacks = []string{
	`<script>alert(1)</script>`, `</script><script>alert(1)</script>`, `</style><img src=x onerror=alert(1)>`, `"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`, `" onfocus="alert(1)" autofocus="`, "`${alert(1)}`", `{{.Script}}`, `javascript:alert(1)`, `<!--`, `-->`, `]]>`, `&lt;b&gt;&#x3c;`,
	"\x1b[2J\x1b]0;owned\x07", "\u202ecod.exe\u2066\u2069\u200f", "\x00\x01\x7f\u009b1m\xff\xfe", "a\u2028b\u2029c\r\nd", strings.Repeat("\u0301", 400),
	strings.Repeat("A", 4<<10), "\ufeff\u00ad\U000e0001", "שלום مرحبا", "%s%d%!(EXTRA)", "live/漢字",
}

// infest puts a text in place of every string of a value, and beside every name of a map.
func infest(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			infest(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				infest(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			infest(v.Index(i), text)
		}
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String || v.Len() == 0 {
			return
		}
		key := v.MapKeys()[0]
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(v.MapIndex(key))
		infest(value, text)
		v.SetMapIndex(reflect.ValueOf(text).Convert(v.Type().Key()), value)
	case reflect.String:
		if v.CanSet() {
			v.SetString(text)
		}
	}
}

// infested is a report with a text wherever somebody else might have written.
func infested(t testing.TB, name, text string) Report {
	r := told(resultOf(t, name))
	verdict, findings := r.English.Verdict, slices.Clone(r.English.Findings)
	infest(reflect.ValueOf(&r.English).Elem(), text)
	r.English.Verdict = verdict
	for i := range r.English.Findings {
		// Ranks and codes stay, or nothing of what hangs on them would be shown.
		f := &r.English.Findings[i]
		f.Code, f.Severity, f.ID = findings[i].Code, findings[i].Severity, findings[i].ID+text
	}
	r.Chinese = r.English
	r.Header.Plan = map[string]any{text: text, "list": []any{text, map[string]any{text: text}}}
	r.Header.Profile = map[string]any{"name": text, text: []any{text}}
	r.Header.Target = history.Target{Exec: text, API: text, Log: text}
	infest(reflect.ValueOf(&r.Story).Elem(), text)
	r.Story.Marks = []story.Mark{{Kind: "log-error", Text: text}}
	return r
}

// harmless holds that a page has nothing in it that a text put there, and is not much larger for it.
func harmless(t testing.TB, html string) {
	t.Helper()
	page := parse(t, html)
	page.wellFormed(t)
	for _, e := range page.elements {
		if r := unsafe(e.text); r != 0 {
			t.Errorf("<%s> has the character %U in it: %.80q", e.name, r, e.text)
		}
		for name, value := range e.attr {
			if r := unsafe(value); r != 0 {
				t.Errorf("<%s %s> has the character %U in it", e.name, name, r)
			}
		}
	}
	if page.style != "\n"+sheet() || page.script != "\n"+script() {
		t.Error("style or script are not as they were")
	}
	if len(html) > 5<<20 {
		t.Errorf("the page has %d bytes", len(html))
	}
}

// TestHostile puts every attack everywhere.
func TestHostile(t *testing.T) {
	for _, name := range []string{"early-release", "watched", "suite", "load-search", "crash", "hostile", "hostile-suite", "sweep"} {
		for _, attack := range attacks {
			harmless(t, render(t, infested(t, name, attack)))
		}
	}
}

// TestHostileIsShown holds that an attack is there to be read.
func TestHostileIsShown(t *testing.T) {
	html := render(t, infested(t, "early-release", `<script>alert("1")</script>`))
	if n := strings.Count(html, `&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;`); n < 10 {
		t.Errorf("it stands there %d times", n)
	}
	if !regexp.MustCompile(`<bdi>שלום`).MatchString(render(t, infested(t, "early-release", "שלום"))) {
		t.Error("what is written from right to left is not kept apart")
	}
}

func FuzzWrite(f *testing.F) {
	for _, attack := range attacks {
		if len(attack) < 1000 {
			f.Add(attack)
		}
	}
	names := []string{"crash", "early-release", "load-exceeded"} // small ones, for the sake of speed
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		harmless(t, render(t, infested(t, names[len(text)%len(names)], text)))
	})
}
