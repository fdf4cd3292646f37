package firefox

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Page is a window with one page in it.
type Page struct {
	t       *testing.T
	ctx     context.Context
	browser *browser
	id      string

	downloads chan string // where the files are that the page gave

	mu       sync.Mutex
	url      string
	troubles []string
}

// Open opens a window of this size, in which nothing is yet. It is closed when the test ends; tests that want one meanwhile wait for
// that, so a test opens one only.
func (s *Shared) Open(t *testing.T, width, height int) *Page {
	t.Helper()
	b := s.start(t)
	s.window.Lock()
	t.Cleanup(s.window.Unlock)
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, browser: b, downloads: make(chan string, 64)}
	var made struct{ Context string }
	p.call("browsingContext.create", object{"type": "window"}, &made)
	p.id = made.Context
	b.mu.Lock()
	b.pages[p.id] = p
	b.mu.Unlock()
	t.Cleanup(func() {
		b.wire.call(ctx, "browsingContext.close", object{"context": p.id}, nil)
		b.mu.Lock()
		delete(b.pages, p.id)
		b.mu.Unlock()
		for _, trouble := range p.Troubles() {
			t.Errorf("%.600s", trouble)
		}
	})
	p.Size(width, height)
	return p
}

// hear notes what a page should not do: errors and warnings, of which what its policy forbids is one, and asking for anything but
// itself.
func (p *Page) hear(method string, params json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch method {
	case "log.entryAdded":
		var e struct{ Type, Level, Text string }
		if json.Unmarshal(params, &e) == nil && (e.Level == "error" || e.Level == "warn") {
			p.troubles = append(p.troubles, e.Type+": "+e.Text)
		}
	case "browsingContext.downloadEnd":
		var e struct{ Status, Filepath string }
		if json.Unmarshal(params, &e) == nil {
			if e.Status != "complete" {
				p.troubles = append(p.troubles, "a download ended "+e.Status)
				e.Filepath = ""
			}
			select {
			case p.downloads <- e.Filepath:
			default: // nobody waits for so many
			}
		}
	case "network.beforeRequestSent":
		var e struct{ Request struct{ URL string } }
		if json.Unmarshal(params, &e) != nil {
			return
		}
		at := e.Request.URL
		if bare, _, _ := strings.Cut(at, "#"); bare != p.url && !strings.HasPrefix(at, "data:") && !strings.HasPrefix(at, "blob:") && at != "about:blank" {
			p.troubles = append(p.troubles, "asked for "+at)
		}
	}
}

// Troubles is what the page has done since that it should not, which is forgotten then. Whatever is left at the end fails the test.
func (p *Page) Troubles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	troubles := p.troubles
	p.troubles = nil
	return troubles
}

func (p *Page) call(method string, params object, out any) {
	p.t.Helper()
	if err := p.browser.wire.call(p.ctx, method, params, out); err != nil {
		p.t.Fatal(err)
	}
}

// Size makes what the page has for itself so large, in CSS pixels.
func (p *Page) Size(width, height int) {
	p.t.Helper()
	p.call("browsingContext.setViewport", object{"context": p.id, "viewport": object{"width": width, "height": height}}, nil)
}

// File opens a file, and returns once it is loaded.
func (p *Page) File(path string) {
	p.t.Helper()
	p.Go((&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String())
}

// Go opens an address, and returns once it is loaded.
func (p *Page) Go(address string) {
	p.t.Helper()
	p.mu.Lock()
	p.url = address
	p.mu.Unlock()
	p.call("browsingContext.navigate", object{"context": p.id, "url": address, "wait": "complete"}, nil)
}

// Eval is what an expression comes to in the page, as JSON carries it. It works in a profile without scripts, too: the page has none
// then, but can be asked.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return evaluate[T](p, "JSON.stringify(("+expression+") ?? null)", false)
}

// Await is what a promise comes to in the page.
func Await[T any](p *Page, promise string) T {
	p.t.Helper()
	return evaluate[T](p, "("+promise+").then((v) => JSON.stringify(v ?? null))", true)
}

func evaluate[T any](p *Page, expression string, await bool) T {
	p.t.Helper()
	var said struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	p.call("script.evaluate", object{"expression": expression, "target": object{"context": p.id}, "awaitPromise": await}, &said)
	if said.Type != "success" {
		p.t.Fatalf("%.200s: %s", expression, said.ExceptionDetails.Text)
	}
	var out T
	if err := json.Unmarshal([]byte(said.Result.Value), &out); err != nil {
		p.t.Fatalf("%.200s: %v", expression, err)
	}
	return out
}

// Until waits for an expression to be true.
func (p *Page) Until(what, expression string) {
	p.t.Helper()
	for !Eval[bool](p, expression) {
		select {
		case <-p.ctx.Done():
			p.t.Fatalf("not in time: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Download waits for the next file that the page gives to be kept, and returns its name and what was in it: it is removed, so that
// another may have the name.
func (p *Page) Download() (name string, content []byte) {
	p.t.Helper()
	select {
	case path := <-p.downloads:
		content, err := os.ReadFile(path)
		if err != nil {
			p.t.Fatal(err)
		}
		os.Remove(path)
		return filepath.Base(path), content
	case <-p.ctx.Done():
		p.t.Fatal("the page gives no file")
		return "", nil
	}
}

type node struct{ SharedID string }

func (p *Page) locate(by object) []node {
	p.t.Helper()
	var found struct{ Nodes []node }
	p.call("browsingContext.locateNodes", object{"context": p.id, "locator": by, "serializationOptions": object{"maxDomDepth": 0}}, &found)
	return found.Nodes
}

// Picture is a PNG of the window, or of all of the page.
func (p *Page) Picture(whole bool) []byte {
	p.t.Helper()
	origin := "viewport"
	if whole {
		origin = "document"
	}
	var shot struct{ Data string }
	p.call("browsingContext.captureScreenshot", object{"context": p.id, "origin": origin}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		p.t.Fatal(fmt.Errorf("the picture: %w", err))
	}
	return png
}
