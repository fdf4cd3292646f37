//go:build unix

package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
)

// house is a server of HTTP-FLV that a test writes for itself: it lets in whom the test lets in, and gives them as much to play at
// once that a machine that stands still makes nobody stall.
type house struct {
	addr    string
	came    atomic.Int64 // connections, looks at the door among them
	asked   atomic.Int64 // requests
	inside  atomic.Int64 // of those that get the stream now
	opening []byte       // of the body: FLV header, sequence headers, a minute and a half of frames
	morsel  []byte       // a frame of no more time
	one     []byte       // of the body: as the opening, with a single frame

	mu  sync.Mutex
	all map[net.Conn]bool
}

// houseHead is an answer that ends with the connection.
const houseHead = "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nServer: house\r\nConnection: close\r\n\r\n"

const (
	// houseStep is what lies between two frames of the opening; a player takes more than ten seconds for a new beginning.
	houseStep   = 5000
	houseFrames = 20
	// morselEvery keeps a player from saying that nothing comes.
	morselEvery = 400 * time.Millisecond
)

// guest is a connection that has asked.
type guest struct {
	*house
	net.Conn
	in *bufio.Reader
	n  int64 // the how manieth request it is, from 1
}

// newHouse serves until the test ends. Each who asks is let to serve; the connection is closed when that returns.
func newHouse(t testing.TB, serve func(*guest)) *house {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := build(t)
	h.open(t, ln, serve)
	return h
}

// build makes a house where nobody listens yet.
func build(t testing.TB) *house {
	t.Helper()
	clip, err := media.Synthetic(media.Spec{Bitrate: 60_000, FPS: 5})
	if err != nil {
		t.Fatal(err)
	}
	begin := flv.AppendHeader(nil, true, true)
	for _, f := range clip.Headers() {
		begin = flv.AppendTag(begin, f.Type, 0, f.Body)
	}
	frame := clip.Frame(0)
	for i := 1; frame.Type != flv.Video; i++ {
		frame = clip.Frame(i)
	}
	h := &house{all: map[net.Conn]bool{}}
	h.one = flv.AppendTag(append([]byte(nil), begin...), frame.Type, 0, frame.Body)
	h.opening = begin
	for i := range uint32(houseFrames) {
		h.opening = flv.AppendTag(h.opening, frame.Type, i*houseStep, frame.Body)
	}
	h.morsel = flv.AppendTag(nil, frame.Type, (houseFrames-1)*houseStep, frame.Body)
	return h
}

func (h *house) open(t testing.TB, ln net.Listener, serve func(*guest)) {
	h.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			h.came.Add(1)
			all.Go(func() {
				defer nc.Close()
				defer context.AfterFunc(ctx, func() { nc.Close() })()
				in := bufio.NewReaderSize(nc, 512)
				if _, err := http.ReadRequest(in); err == nil {
					serve(&guest{house: h, Conn: nc, in: in, n: h.asked.Add(1)})
				}
			})
		}
	})
	// Nobody waits for a goroutine of his own to be fed.
	all.Go(func() {
		feed := time.NewTicker(morselEvery)
		defer feed.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-feed.C:
			}
			h.mu.Lock()
			for nc := range h.all {
				nc.SetWriteDeadline(time.Now().Add(time.Millisecond)) // who does not read misses it
				nc.Write(h.morsel)
			}
			h.mu.Unlock()
		}
	})
	t.Cleanup(func() {
		cancel()
		ln.Close()
		all.Wait()
	})
}

// flags are those of a load that plays what is on in the house.
func (h *house) flags() []string {
	return []string{"--play-only", "--play-url", "http://" + h.addr + "/live/show.flv"}
}

func (g *guest) say(text string) { io.WriteString(g.Conn, text) }

// feed plays the stream until the guest goes.
func (g *guest) feed() {
	g.say(houseHead)
	g.Write(g.opening)
	g.mu.Lock()
	g.all[g.Conn] = true
	g.mu.Unlock()
	g.gone()
	g.mu.Lock()
	delete(g.all, g.Conn)
	g.mu.Unlock()
}

// starve plays one frame, and then nothing.
func (g *guest) starve() {
	g.say(houseHead)
	g.Write(g.one)
	g.gone()
}

// gone waits until the guest has closed its side.
func (g *guest) gone() { io.Copy(io.Discard, g.in) }

// reset makes the end of the connection an RST.
func (g *guest) reset() { g.Conn.(*net.TCPConn).SetLinger(0) }

// busy answers that there is no room.
func (g *guest) busy() {
	g.say("HTTP/1.1 503 Service Unavailable\r\nServer: house\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	g.Conn.(*net.TCPConn).CloseWrite()
	g.gone()
}

// places lets in as many at a time as there are, and does to all others what others says.
func places(n int64, others func(*guest)) func(*guest) {
	return func(g *guest) {
		if g.inside.Add(1) <= n {
			g.feed()
		} else {
			others(g)
		}
		g.inside.Add(-1)
	}
}
