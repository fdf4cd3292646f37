// Package chromium starts Chromium for tests, without a window and so that it asks nobody on the network for anything. Nothing but
// tests imports it. It stands apart from peertest, whose other tests need nothing of what drives a browser.
package chromium

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// Patience is how long a page may take for anything. It only ends a test that hangs: what a machine of two cores does in a second
// may take it half a minute while it builds and runs the tests of twenty packages.
const Patience = 2 * time.Minute

// Start starts a Chromium of this test's own, which ends with it, with these flags beside those that every test wants.
func Start(t *testing.T, ctx context.Context, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	program := Program(t)
	ctx, end := begin(ctx, program, t.TempDir(), flags)
	t.Cleanup(end)
	return ctx
}

// Program is where Chromium is; without it the test is skipped.
func Program(t *testing.T) string {
	t.Helper()
	return peertest.Program(t, "chromium", "chromium-browser", "google-chrome")
}

// begin is a context in which a Chromium is started by whatever is done in it first, and what ends it.
func begin(ctx context.Context, program, profile string, flags []chromedp.ExecAllocatorOption) (context.Context, func()) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.UserDataDir(profile),
		chromedp.WSURLReadTimeout(Patience),
		chromedp.Flag("no-sandbox", true), // it refuses to run as root otherwise
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-first-run", true),
		chromedp.Flag("no-default-browser-check", true),
	)
	ctx, end := chromedp.NewExecAllocator(ctx, append(options, flags...)...)
	ctx, quit := chromedp.NewContext(ctx)
	return ctx, func() {
		quit()
		end()
	}
}

// Shared is one Chromium for all tests of a package, started by the first that needs it; each has tabs of its own in it. The zero
// value is ready. TestMain closes it.
type Shared struct {
	once sync.Once
	ctx  context.Context
	end  func()
	err  error
}

// Context is where to open tabs of the browser.
func (s *Shared) Context(t *testing.T) context.Context {
	t.Helper()
	program := Program(t)
	s.once.Do(func() {
		profile, err := os.MkdirTemp("", "flvstorm-chromium-*")
		if err != nil {
			s.err = err
			return
		}
		ctx, end := begin(context.Background(), program, profile, nil)
		s.ctx, s.err = ctx, chromedp.Do(ctx)
		s.end = func() {
			end()
			os.RemoveAll(profile)
		}
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.ctx
}

// Close ends the browser, if it was started.
func (s *Shared) Close() {
	if s.end != nil {
		s.end()
	}
}
