//go:build unix

package sample

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// sampling runs a Sampler until stop is called, which waits for its end.
func sampling(t *testing.T, cfg Config) (s *Sampler, sink *historytest.Notes, stop func()) {
	t.Helper()
	sink = historytest.New()
	cfg.Sink = sink
	if cfg.Every == 0 {
		cfg.Every = time.Millisecond
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if s.api != nil {
		s.api.within = time.Hour // however slow this machine is
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	stop = func() {
		cancel()
		wg.Wait()
	}
	t.Cleanup(stop)
	return s, sink, stop
}

func ourPID() int { return os.Getpid() }

func TestAProcessIsSampled(t *testing.T) {
	s, sink, stop := sampling(t, Config{PID: ourPID})
	<-s.Began()
	if len(historytest.Of[history.Usage](sink)) == 0 {
		t.Error("it began without a sample")
	}
	historytest.Eventually(t, "three samples", func() bool { return len(historytest.Of[history.Usage](sink)) >= 3 })
	stop()
	for _, u := range historytest.Of[history.Usage](sink) {
		if u.PID != os.Getpid() || u.RSS <= 0 || u.FDs <= 0 || u.Threads <= 0 {
			t.Errorf("%+v", u)
		}
	}
	select {
	case <-s.Gone():
		t.Error("it is said to be gone")
	default:
	}
}

func TestNobodyToSample(t *testing.T) {
	if _, err := New(Config{PID: func() int { return 1<<22 + 5 }}); err == nil {
		t.Error("a process that cannot be: no error")
	}
	s, sink, stop := sampling(t, Config{PID: func() int { return 0 }})
	<-s.Began()
	stop()
	if n := len(sink.All()); n != 0 {
		t.Errorf("%d events of no process", n)
	}
	s, _, stop = sampling(t, Config{})
	<-s.Began()
	stop()
	if _, err := s.Look(t.Context()); err == nil {
		t.Error("no API was looked at without an error")
	}
}

// counting is an API that shows so many clients of one stream, and counts how often it is asked.
type counting struct {
	clients, streams, peers atomic.Int64
	status                  atomic.Int64
	*httptest.Server
}

func newCounting(t *testing.T) *counting {
	c := &counting{}
	c.status.Store(http.StatusOK)
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(int(c.status.Load()))
		n := c.clients.Load()
		if r.URL.Path == "/clients" {
			c.peers.Add(1)
			fmt.Fprint(w, `{"clients":[`)
			for i := range n {
				fmt.Fprintf(w, `%s{"id":"c%d","ip":"10.0.0.%d"}`, ","[b2i(i == 0):], i, i)
			}
			fmt.Fprint(w, `]}`)
			return
		}
		c.streams.Add(1)
		fmt.Fprintf(w, `{"streams":[{"url":"/live/s0","clients":%d,"publish":{"active":%v}}]}`, n, n > 0)
	}))
	t.Cleanup(c.Close)
	return c
}

func env(name string) string { return secretOf[name] }

func TestPeersAreAskedForNowAndThen(t *testing.T) {
	c := newCounting(t)
	_, sink, stop := sampling(t, Config{API: c.URL, Profile: known(), Env: env})
	historytest.Eventually(t, "samples of an idle server", func() bool { return c.streams.Load() > 3 })
	c.clients.Store(2)
	told := func() (n int) {
		for _, a := range historytest.Of[history.API](sink) {
			n += b2i(len(a.Peers) == 2)
		}
		return n
	}
	historytest.Eventually(t, "addresses", func() bool { return told() > 0 })
	asked := c.streams.Load()
	historytest.Eventually(t, "more samples", func() bool { return c.streams.Load() > asked+20 })
	if n := told(); n > 1+int(sink.Now()/peersEvery) {
		t.Errorf("the same addresses were asked for %d times within seconds", n)
	}
	c.clients.Store(0)
	stop()
}

// When the run ends, the server has not closed yet what the run closed. It gets some time for that, and no more.
func TestTheServerMayLetGo(t *testing.T) {
	c := newCounting(t)
	s, sink, stop := sampling(t, Config{API: c.URL, Profile: known(), Env: env, Every: time.Hour, Settle: time.Minute})
	<-s.Began()
	c.clients.Store(3)
	var wg sync.WaitGroup
	wg.Go(stop)
	historytest.Eventually(t, "a sample that shows what is left", func() bool { return c.streams.Load() > 1 })
	c.clients.Store(0)
	wg.Wait()
	all := historytest.Of[history.API](sink)
	if last := all[len(all)-1]; last.Clients != 0 || last.Streams[0].Active {
		t.Errorf("the last sample shows %+v", last)
	}

	for settle := 20 * time.Millisecond; ; settle *= 10 { // until it is enough for one
		s, sink, stop = sampling(t, Config{API: c.URL, Profile: known(), Env: env, Every: time.Hour, Settle: settle})
		<-s.Began()
		c.clients.Store(3)
		stop()
		if n := len(historytest.Of[history.API](sink)); n >= 2 {
			break
		} else if settle > 10*time.Second {
			t.Fatalf("%d samples: none after the end", n)
		}
	}
}

func TestAnAPIThatDoesNotLetUsInIsToldOnce(t *testing.T) {
	c := newCounting(t)
	c.status.Store(http.StatusUnauthorized)
	s, sink, stop := sampling(t, Config{API: c.URL, Profile: known(), Env: env, PID: ourPID})
	<-s.Began()
	historytest.Eventually(t, "more samples", func() bool { return len(historytest.Of[history.Usage](sink)) > 5 })
	stop()
	told := historytest.Of[history.API](sink)
	if len(told) != 1 || told[0].Error == "" || told[0].Clients != -1 {
		t.Errorf("%+v", told)
	}
	if n := c.streams.Load() + c.peers.Load(); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

// A failure that may pass is told each time; the sampling goes on.
func TestAnAPIThatComesBack(t *testing.T) {
	c := newCounting(t)
	c.status.Store(http.StatusServiceUnavailable)
	_, sink, stop := sampling(t, Config{API: c.URL, Profile: known(), Env: env})
	historytest.Eventually(t, "two failures", func() bool { return len(historytest.Of[history.API](sink)) >= 2 })
	c.status.Store(http.StatusOK)
	historytest.Eventually(t, "an answer", func() bool {
		all := historytest.Of[history.API](sink)
		return all[len(all)-1].Error == ""
	})
	stop()
}

// How an API fails is told in the words of a history: one that nobody listens for any more is dead, as far as it goes.
func TestHowAnAPIFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc // nil where nobody listens
		want   history.Wire
	}{
		{"nobody listens", nil, history.WireRefused},
		{"it hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, history.WireEOF},
		{"another answer, which speaks of it", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "upstream: connection refused", http.StatusBadGateway)
		}, history.WireMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			api := httptest.NewServer(tt.answer)
			defer api.Close()
			if tt.answer == nil {
				api.URL = "http://" + peertest.Nobody(t)
			}
			s, sink, stop := sampling(t, Config{API: api.URL, Profile: known(), Env: env})
			<-s.Began()
			stop()
			if told := historytest.Of[history.API](sink); len(told) == 0 || told[0].Error == "" || told[0].Wire != tt.want {
				t.Errorf("%+v, want %s", told, tt.want)
			}
		})
	}
}

func TestOneLook(t *testing.T) {
	c := newCounting(t)
	c.clients.Store(1)
	s, err := New(Config{Sink: historytest.New(), API: c.URL, Profile: known(), Env: env})
	if err != nil {
		t.Fatal(err)
	}
	seen, err := s.Look(t.Context())
	if err != nil || seen.Clients != 1 || len(seen.Streams) != 1 || seen.Peers["c0"] != "10.0.0.0" {
		t.Errorf("%+v, %v", seen, err)
	}
}
