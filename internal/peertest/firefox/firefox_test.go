package firefox

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

var (
	plain Shared
	still = Shared{Prefs: map[string]any{"javascript.enabled": false}}
)

func TestMain(m *testing.M) {
	code := m.Run()
	plain.Close()
	still.Close()
	os.Exit(code)
}

// naughty is a page that does everything that it should not.
const naughty = `<!DOCTYPE html><html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="style-src 'none'"><title>naughty</title><style>p { color: red }</style>
<script>
console.log('quite right'); console.warn('a warning'); console.error('an error');
new Image().src = 'http://nobody.test/picture.png';
nothing();
</script>`

// nice is a page with something to press, that says what was pressed.
const nice = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>nice</title>
<p id="said">nothing yet</p><label><input id="box" type="checkbox"> a box</label><p><input id="line"></p>
<p id="wheel">wheel</p><p><a id="file" download="kept.txt" href="data:text/plain,kept">keep</a></p>
<script>
for (const what of ['click', 'wheel', 'pointermove']) document.getElementById('wheel').addEventListener(what, (e) => {
	said.textContent += ' ' + what + (e.deltaY ? ' ' + e.deltaY + ' ' + e.ctrlKey : '');
	e.preventDefault();
}, {passive: false});
</script>`

func opened(t *testing.T, in *Shared, html string) *Page {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	p := in.Open(t, 640, 480)
	p.File(path)
	return p
}

// TestHears holds that whatever a page should not say or ask for is heard, and nothing else.
func TestHears(t *testing.T) {
	p := opened(t, &plain, naughty)
	wants := []string{"console: a warning", "console: an error", "javascript: ReferenceError: nothing is not defined", "javascript: Content-Security-Policy: ", "asked for http"}
	for len(wants) > 0 {
		for _, heard := range p.Troubles() {
			i := slices.IndexFunc(wants, func(want string) bool { return strings.HasPrefix(heard, want) })
			if i < 0 {
				t.Fatalf("heard %q, and waits for %q", heard, wants)
			}
			wants = slices.Delete(wants, i, i+1)
		}
		Eval[bool](p, `true`) // which ends the test in time, if something is never heard
	}
}

// TestHands holds that clicks, keys, the wheel and files come where they belong.
func TestHands(t *testing.T) {
	p := opened(t, &plain, nice)
	if got := Eval[[]int](p, `[innerWidth, innerHeight]`); !slices.Equal(got, []int{640, 480}) {
		t.Errorf("the window has %v", got)
	}
	p.Click("#box")
	p.Click("#line")
	p.Press("a", Space, "b")
	if got := Eval[string](p, `document.getElementById('box').checked + ' ' + document.getElementById('line').value`); got != "true a b" {
		t.Errorf("hands made %q", got)
	}
	at := Eval[[2]float64](p, `((r) => [r.left + 5, r.top + 5])(document.getElementById('wheel').getBoundingClientRect())`)
	p.Hover(At{at[0], at[1]})
	p.Wheel(At{at[0], at[1]}, 120, Control)
	p.Wheel(At{at[0], at[1]}, -60, "")
	p.ClickAt(At{at[0], at[1]})
	p.Until("all of it", `said.textContent.endsWith(' wheel 120 true wheel -60 false click')`)
	if got := Await[string](p, `Promise.resolve(said.textContent)`); !strings.Contains(got, "pointermove") {
		t.Errorf("the page saw %q", got)
	}
	p.Click("#file")
	if name, content := p.Download(); name != "kept.txt" || string(content) != "kept" {
		t.Errorf("%s holds %q", name, content)
	}
	if png := p.Picture(true); !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("the picture is %.10q", png)
	}
}

// TestStill holds that a page of which the profile wants no scripts can be asked and clicked, and has none.
func TestStill(t *testing.T) {
	p := opened(t, &still, nice)
	p.Click("#box")
	if got := Eval[string](p, `document.getElementById('box').checked + ' ' + document.getElementById('said').textContent`); got != "true nothing yet" {
		t.Errorf("the page shows %q", got)
	}
}

// TestWireBreaks holds that a command ends when the browser does, and when nobody answers.
func TestWireBreaks(t *testing.T) {
	answers := map[string]string{
		"good":   `{"type":"success","id":1,"result":{"ready":true}}`,
		"error":  `{"type":"error","id":1,"error":"unknown command","message":"what?"}`,
		"broken": `{"type":"success"}`,
		"odd":    `nothing`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		conn.Read(r.Context())
		conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"event","method":"log.entryAdded","params":{}}`))
		switch name := r.URL.Path[1:]; name {
		case "gone":
		case "silent":
			conn.Read(r.Context())
		default:
			conn.Write(r.Context(), websocket.MessageText, []byte(answers[name]))
			conn.Read(r.Context())
		}
	}))
	defer server.Close()
	for name, want := range map[string]string{
		"good": "", "error": "session.status: unknown command: what?", "broken": "session.status: the connection to Firefox: not an answer to anything",
		"odd": `session.status: the connection to Firefox: "nothing"`, "gone": "session.status: the connection to Firefox: ", "silent": "session.status: no answer: context canceled",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			events := 0
			w, err := dial(ctx, server.URL+"/"+name, func(method string, _ json.RawMessage) {
				events++
				if name == "silent" {
					cancel()
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			var out struct{ Ready bool }
			err = w.call(ctx, "session.status", object{}, &out)
			if want == "" && (err != nil || !out.Ready) || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
				t.Errorf("%v, ready %v; want %q", err, out.Ready, want)
			}
			w.close()
			if events != 1 {
				t.Errorf("%d events", events)
			}
			if err := w.call(context.Background(), "session.status", object{}, nil); err == nil {
				t.Error("a closed connection takes commands")
			}
		})
	}
}

// TestStartFails holds that a program that is no Firefox, or ends at once, is told as what it is.
func TestStartFails(t *testing.T) {
	program := filepath.Join(t.TempDir(), "firefox")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho no display >&2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := start(program, nil); err == nil || !strings.Contains(err.Error(), "ended at once") || !strings.Contains(err.Error(), "no display") {
		t.Errorf("%v", err)
	}
	if _, err := start(program+"x", nil); err == nil {
		t.Error("a program that isn't there was started")
	}
}
