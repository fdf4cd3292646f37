package page

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/flvstorm/flvstorm/report/check"
)

// parsed is a page as a reader takes it apart.
type parsed struct {
	elements      []element
	policy        string
	style, script string
}

// explained says that a link leads to where a code of ours is explained: the only place outside of the page, and only if somebody
// follows it.
func explained(href string) bool {
	code, ok := strings.CutPrefix(href, manual)
	return ok && slices.Contains(check.Codes, check.Code(code))
}

// element is one element; its text is what stands directly in it.
type element struct {
	name   string
	attr   map[string]string
	text   string
	parent int // -1 for none
}

// parse takes a page apart. The layout closes what it opens, so that a page is XML but for its elements without an end; the texts of style
// and script are taken out first, as a reader of HTML does.
func parse(t testing.TB, html string) *parsed {
	t.Helper()
	p := &parsed{}
	cutOut := func(open, end string) string {
		before, rest, ok := strings.Cut(html, open)
		inside, after, ended := strings.Cut(rest, end)
		if !ok || !ended {
			t.Fatalf("no %s in the page", open)
		}
		html = before + open + end + after
		return inside
	}
	p.style = cutOut("<style>", "</style>")
	p.script = cutOut("<script>", "</script>")
	d := xml.NewDecoder(strings.NewReader(html))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var open []int
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			at := int(d.InputOffset())
			t.Fatalf("the page is no HTML: %v: %.300q", err, html[max(at-200, 0):])
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}, parent: -1}
			if len(open) > 0 {
				e.parent = open[len(open)-1]
			}
			for _, a := range token.Attr {
				if _, twice := e.attr[a.Name.Local]; twice {
					t.Errorf("<%s> has two %s", e.name, a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			p.elements = append(p.elements, e)
			if e.attr["http-equiv"] == "Content-Security-Policy" {
				p.policy = e.attr["content"]
			}
			if !slices.Contains([]string{"meta", "link", "input", "br"}, e.name) {
				open = append(open, len(p.elements)-1)
			}
		case xml.EndElement:
			if len(open) == 0 || p.elements[open[len(open)-1]].name != token.Name.Local {
				t.Fatalf("</%s> ends another element", token.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				p.elements[open[len(open)-1]].text += string(token)
			}
		}
	}
	if len(open) != 0 {
		t.Errorf("%d elements do not end", len(open))
	}
	return p
}

// known are the elements that a page has, and the attributes that they may have.
var known = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "", "link": "rel href", "style": "",
	"body": "", "a": "class href id download", "header": "class", "span": "class id lang translate", "nav": "aria-labelledby", "ul": "class", "li": "class",
	"fieldset": "class", "legend": "class", "input": "type name id value checked", "label": "for lang", "main": "",
	"section": "class id aria-labelledby", "div": "class id hidden role tabindex aria-labelledby", "h1": "id", "h2": "id class", "h3": "id", "p": "class id role", "pre": "class tabindex",
	"code": "id", "dl": "class", "dt": "", "dd": "class", "table": "class", "caption": "class id", "thead": "", "tbody": "", "tr": "class",
	"th": "scope class", "td": "class", "button": "type class id aria-labelledby data-copy data-download data-goto disabled", "details": "class id data-print", "summary": "",
	"article": "class id aria-labelledby", "bdi": "", "br": "", "footer": "", "script": "type id", "b": "", "small": "", "strong": "",
	"svg": "aria-hidden width height", "rect": "class x y width height", "line": "class x1 x2 y1 y2", "text": "class x y",
}

// wellFormed holds that a page has nothing but what the layout puts there.
func (p *parsed) wellFormed(t testing.TB) {
	t.Helper()
	ids := map[string]bool{}
	scripts, heading := 0, 0
	for _, e := range p.elements {
		allowed, ok := known[e.name]
		if !ok {
			t.Errorf("<%s> is none of ours", e.name)
		}
		for name, value := range e.attr {
			if !slices.Contains(strings.Fields(allowed), name) {
				t.Errorf("<%s %s=%.80q> is none of ours", e.name, name, value)
			}
		}
		if id, ok := e.attr["id"]; ok {
			if ids[id] || id == "" || strings.ContainsAny(id, " \t\n") {
				t.Errorf("the ID %q is there twice, or is none", id)
			}
			ids[id] = true
		}
		if e.name == "script" {
			scripts++
		}
		if len(e.name) == 2 && e.name[0] == 'h' && e.name != "hr" {
			level := int(e.name[1] - '0')
			if level > heading+1 && heading > 0 {
				t.Errorf("h%d follows h%d", level, heading)
			}
			if heading = level; level == 1 && scripts > 0 {
				t.Error("h1 comes late")
			}
		}
	}
	if scripts != 3 {
		t.Errorf("%d scripts", scripts)
	}
	for _, e := range p.elements {
		if href, ok := strings.CutPrefix(e.attr["href"], "#"); ok && !ids[href] {
			t.Errorf("nothing has the ID %q", href)
		} else if href := e.attr["href"]; !ok && href != "" && !strings.HasPrefix(href, "data:") && !explained(href) {
			t.Errorf("<%s href=%q> leads out of the page", e.name, href)
		}
		for _, name := range []string{"aria-labelledby", "for"} {
			for _, id := range strings.Fields(e.attr[name]) {
				if !ids[id] {
					t.Errorf("%s: nothing has the ID %q", name, id)
				}
			}
		}
		if from := e.attr["data-copy"]; from != "" && from != "json" && !ids[from] {
			t.Errorf("nothing has the ID %q", from)
		}
		if text, ok := e.attr["data-goto"]; ok {
			var place struct {
				From, To *int64
				Key      *string
			}
			if err := json.Unmarshal([]byte(text), &place); err != nil || place.From == nil || place.To == nil || place.Key == nil || *place.From >= *place.To || *place.From < 0 {
				t.Errorf("data-goto=%s: %v", text, err)
			}
		}
	}
}

// bothLanguages holds that every English element has a Chinese one behind it, and the other way round.
func (p *parsed) bothLanguages(t testing.TB) {
	t.Helper()
	for i, e := range p.elements {
		var other, beside int
		switch e.attr["lang"] {
		case "en":
			other, beside = i+1, 1
		case "zh":
			other, beside = i-1, -1
		default:
			continue
		}
		if e.name != "span" {
			continue
		}
		want := map[int]string{1: "zh", -1: "en"}[beside]
		if other < 0 || other >= len(p.elements) || p.elements[other].attr["lang"] != want || p.elements[other].parent != e.parent {
			t.Errorf("<span lang=%s>%s</span> has none beside it in the other language", e.attr["lang"], e.text)
		}
		if e.attr["lang"] == "zh" && len(e.text) == 0 {
			t.Errorf("%q is not said in Chinese", p.elements[other].text)
		}
	}
}

// unsafe is the first character of a text that a terminal or a browser might obey, 0 for none.
func unsafe(text string) rune {
	for _, r := range text {
		if r != '\n' && r != '\u00a0' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return r
		}
	}
	return 0
}
