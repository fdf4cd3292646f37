package page

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/internal/peertest/chromium"
)

// browser is the Chromium of all tests.
var browser chromium.Shared

func TestMain(m *testing.M) {
	code := m.Run()
	browser.Close()
	fox.Close()
	stillFox.Close()
	os.Exit(code)
}

// tab is a page opened from disk, as somebody opens it who got it by mail.
type tab struct {
	t      *testing.T
	ctx    context.Context
	url    string
	loaded time.Duration // from the start of the navigation until everything near the window was drawn

	mu       sync.Mutex
	troubles []string
}

// opening is how a page is opened. The zero value is a wide window in light colours, with scripts.
type opening struct {
	width, height int64
	dark, still   bool // still: without scripts
}

// open opens a page in a tab. Whatever it complains of on its console, and whatever it asks the network for, fails the test.
func open(t *testing.T, html []byte, how opening) *tab {
	t.Helper()
	parent := browser.Context(t)
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, html, 0o644); err != nil {
		t.Fatal(err)
	}
	p := &tab{t: t, url: (&url.URL{Scheme: "file", Path: path}).String()}
	ctx, closeTab := chromedp.NewContext(parent, chromedp.WithListener(p.hear))
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		closeTab()
		p.calm()
	})
	ctx, cancel := context.WithTimeout(ctx, chromium.Patience)
	t.Cleanup(cancel)
	p.ctx = ctx
	if how.width == 0 {
		how.width, how.height = 1600, 1000
	}
	scheme := "light"
	if how.dark {
		scheme = "dark"
	}
	p.call(func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err })
	p.call(func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err })
	p.call(func() error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	})
	p.call(func() error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: how.still})
		return err
	})
	p.call(func() error {
		_, err := chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
			Source: `addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective + ' ' + e.sample));`})
		return err
	})
	p.do(chromedp.EmulateViewport(how.width, how.height))
	begun := time.Now()
	p.do(chromedp.Navigate(p.url))
	if !how.still {
		await[bool](p, `window.flvstorm.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`)
	}
	p.loaded = time.Since(begun)
	return p
}

// hear notes what a page should not do.
func (p *tab) hear(event any) {
	note := func(format string, args ...any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.troubles = append(p.troubles, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		what := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			what += " " + x.Description
		}
		note("exception: %s", what)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			said := ""
			for _, a := range e.Args {
				said += " " + string(a.Value) + a.Description
			}
			note("console:%s", said)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			note("log: %s", e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		at := e.Request.URL
		if bare, _, _ := strings.Cut(at, "#"); bare != p.url && !strings.HasPrefix(at, "data:") && at != "about:blank" {
			note("asked for %s", at)
		}
	}
}

// calm fails the test for what was heard, and forgets it.
func (p *tab) calm() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, trouble := range p.troubles {
		p.t.Errorf("%.600s", trouble)
	}
	p.troubles = nil
}

func (p *tab) call(f func() error) {
	p.t.Helper()
	if err := f(); err != nil {
		p.t.Fatal(err)
	}
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.call(func() error { return chromedp.Do(p.ctx, actions...) })
}

// eval is what an expression comes to in the page.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%.200s: %v", expression, err)
	}
	return out
}

// await is what a promise comes to.
func await[T any](p *tab, promise string) T {
	p.t.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](promise, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%.200s: %v", promise, err)
	}
	return out
}

// until waits for an expression to be true.
func (p *tab) until(what, expression string) {
	p.t.Helper()
	for deadline := time.Now().Add(chromium.Patience / 2); ; time.Sleep(20 * ms) {
		if eval[bool](p, expression) {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("not in time: %s", what)
		}
	}
}

// charts has the charts drawn, which wait until they are near the window.
func (p *tab) charts() {
	p.t.Helper()
	eval[bool](p, `document.getElementById('charts').closest('section').scrollIntoView(), true`)
	p.until("the charts are drawn", `document.querySelectorAll('#charts .chart canvas').length > 0`)
}

// shot keeps a picture of the whole page where FLVSTORM_SHOTS names a folder.
func (p *tab) shot(name string) {
	p.t.Helper()
	folder := os.Getenv("FLVSTORM_SHOTS")
	if folder == "" {
		return
	}
	eval[bool](p, `scrollTo(0, 0), true`)
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
