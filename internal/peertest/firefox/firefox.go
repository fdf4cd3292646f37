// Package firefox opens pages in Firefox for tests: without a window, in a profile of its own, from which nobody on the network is
// asked for anything. Nothing but tests imports it.
//
// Firefox is driven by the protocol that it speaks itself, WebDriver BiDi; no driver stands between. A Shared is one Firefox for all
// tests of a package; each opens a Page in it, a window of its own. A page notes everything that it says on its console and everything
// that it asks for, and its test fails for what it should not have said.
package firefox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// Patience is how long a page may take for anything. It only ends a test that hangs.
const Patience = 2 * time.Minute

// Shared is one Firefox for all tests of a package, started by the first that needs it. The zero value is ready. TestMain closes
// it.
type Shared struct {
	// Prefs are preferences of the profile, beside those that keep Firefox calm. Values are bool, int or string.
	Prefs map[string]any

	once    sync.Once
	browser *browser
	err     error

	// window is held by the test whose window is open. There is one mouse, which is nowhere in a window once it is in another.
	window sync.Mutex
}

// browser is a running Firefox.
type browser struct {
	cmd     *exec.Cmd
	ended   chan struct{} // once the process is gone
	profile string
	wire    *wire

	mu    sync.Mutex
	pages map[string]*Page // by the browser's name of their windows
}

// start is the browser, running.
func (s *Shared) start(t *testing.T) *browser {
	t.Helper()
	program := peertest.Program(t, "firefox-esr", "firefox")
	s.once.Do(func() { s.browser, s.err = start(program, s.Prefs) })
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.browser
}

// Close ends the browser, if it was started.
func (s *Shared) Close() {
	if s.browser != nil {
		s.browser.close()
	}
}

// start starts a Firefox and opens a session with it.
func start(program string, prefs map[string]any) (_ *browser, err error) {
	b := &browser{pages: map[string]*Page{}, ended: make(chan struct{})}
	js, err := userJS(prefs)
	if err != nil {
		return nil, err
	}
	if b.profile, err = os.MkdirTemp("", "flvstorm-firefox-*"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if err := os.WriteFile(filepath.Join(b.profile, "user.js"), []byte(js), 0o600); err != nil {
		return nil, err
	}
	b.cmd = exec.Command(program, "--headless", "--no-remote", "--profile", b.profile, "--remote-debugging-port=0")
	// What it would put into somebody's home goes with the profile.
	b.cmd.Env = append(os.Environ(), "HOME="+b.profile, "XDG_CONFIG_HOME="+b.profile, "XDG_CACHE_HOME="+b.profile,
		"MOZ_CRASHREPORTER_DISABLE=1", "MOZ_DISABLE_AUTO_SAFE_MODE=1")
	b.cmd.SysProcAttr = bound()
	stderr, err := b.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := b.cmd.Start(); err != nil {
		b.cmd = nil
		return nil, err
	}
	found, said := make(chan string, 1), make(chan string, 1)
	go func() {
		defer close(b.ended)
		said <- listen(stderr, found)
		b.cmd.Wait()
	}()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	select {
	case url := <-found:
		if b.wire, err = dial(ctx, url+"/session", b.hear); err != nil {
			return nil, fmt.Errorf("connect to Firefox: %w", err)
		}
	case text := <-said:
		return nil, fmt.Errorf("the Firefox that was started ended at once; it said: %s", text)
	case <-ctx.Done():
		return nil, errors.New("the Firefox that was started does not say where it listens")
	}
	if err := b.wire.call(ctx, "session.new", object{"capabilities": object{}}, nil); err != nil {
		return nil, err
	}
	events := []string{"log.entryAdded", "network.beforeRequestSent", "browsingContext.downloadEnd"}
	if err := b.wire.call(ctx, "session.subscribe", object{"events": events}, nil); err != nil {
		return nil, err
	}
	allowed := object{"type": "allowed", "destinationFolder": filepath.Join(b.profile, "downloads")}
	return b, b.wire.call(ctx, "browser.setDownloadBehavior", object{"downloadBehavior": allowed}, nil)
}

// listen reads what Firefox says until it ends, tells where it can be spoken to, and returns the first of what else it said.
func listen(stderr io.Reader, found chan<- string) string {
	var said bytes.Buffer
	lines := bufio.NewReader(stderr)
	for {
		line, err := lines.ReadString('\n')
		if url, ok := strings.CutPrefix(strings.TrimSpace(line), "WebDriver BiDi listening on "); ok {
			found <- url
		}
		if said.Len() < 4<<10 {
			said.WriteString(line)
		}
		if err != nil {
			return said.String()
		}
	}
}

// hear gives an event to the page that it is of.
func (b *browser) hear(method string, params json.RawMessage) {
	var of struct {
		Context string
		Source  struct{ Context string }
	}
	if json.Unmarshal(params, &of) != nil {
		return
	}
	if of.Context == "" {
		of.Context = of.Source.Context
	}
	b.mu.Lock()
	p := b.pages[of.Context]
	b.mu.Unlock()
	if p != nil {
		p.hear(method, params)
	}
}

// close asks the browser to end, and sees to it that it does.
func (b *browser) close() {
	if b.wire != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		b.wire.call(ctx, "browser.close", object{}, nil)
		select {
		case <-b.ended:
		case <-ctx.Done():
		}
		cancel()
		b.wire.close()
	}
	if b.cmd != nil {
		b.cmd.Process.Kill()
		<-b.ended
	}
	os.RemoveAll(b.profile)
}
