package load

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPlayer lets a player meet each kind of server for a while on a made-up clock, and reads what it told; a witness tells the
// same, and what it witnessed besides.
func TestPlayer(t *testing.T) {
	chunk := func(b []byte) string { return fmt.Sprintf("%x\r\n%s\r\n", len(b), b) }
	tests := []struct {
		name   string
		manner Manner
		server script
		span   time.Duration
		want   []string
		// witness is what a witness tells, where it is something else.
		witness []string
	}{
		{
			name: "a stream that goes on until we leave",
			span: 1200 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				time.Sleep(30 * time.Millisecond)
				s.say(head)
				time.Sleep(20 * time.Millisecond)
				s.Write(s.stream())
				time.Sleep(10 * time.Millisecond)
				s.play(1000, 3, 100*time.Millisecond)
			},
			want: []string{
				"   0 1 asks",
				"  30 1 answer 200",
				"  50 1 first byte",
				"  60 1 first media, epoch 3",
				"  60 1 first keyframe, epoch 3",
				" 560 1 progress, 6 frames, gap 100, epoch 3",
				"1060 1 progress, 5 frames, gap 100, epoch 3",
				"1200 1 progress, 1 frames, gap 100, epoch 3",
				"1200 1 ended: ours, 12 frames, epoch 3",
			},
		},
		{
			name: "a prompt player asks again at once after a stream that ended",
			span: 250 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say(head)
				s.Write(s.stream())
				s.play(2, uint32(n), 100*time.Millisecond)
			},
			want: []string{
				"   0 1 asks",
				"   0 1 answer 200",
				"   0 1 first byte",
				"   0 1 first media, epoch 1",
				"   0 1 first keyframe, epoch 1",
				" 100 1 progress, 2 frames, gap 100, epoch 1",
				" 100 1 ended: eof, 2 frames, epoch 1",
				" 100 2 asks",
				" 100 2 answer 200",
				" 100 2 first byte",
				" 100 2 first media, epoch 2",
				" 100 2 first keyframe, epoch 2",
				" 200 2 progress, 2 frames, gap 100, epoch 2",
				" 200 2 ended: eof, 2 frames, epoch 2",
				" 200 3 asks",
				" 200 3 answer 200",
				" 200 3 first byte",
				" 200 3 first media, epoch 3",
				" 200 3 first keyframe, epoch 3",
				" 250 3 progress, 1 frames, gap 0, epoch 3",
				" 250 3 ended: ours, 1 frames, epoch 3",
			},
		},
		{
			name: "404 is met with growing patience, and the last word is ours",
			span: 700 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 404", "   0 1 refused: status 404",
				"  20 2 asks", "  20 2 answer 404", "  20 2 refused: status 404",
				"  60 3 asks", "  60 3 answer 404", "  60 3 refused: status 404",
				" 140 4 asks", " 140 4 answer 404", " 140 4 refused: status 404",
				" 300 5 asks", " 300 5 answer 404", " 300 5 refused: status 404",
				" 550 6 asks", " 550 6 answer 404", " 550 6 refused: status 404",
				" 700 6 ended: ours, 0 frames",
			},
		},
		{
			name: "patience starts over after media",
			span: 330 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				if n != 3 {
					s.say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
					return
				}
				s.say(head)
				s.Write(s.stream())
				s.play(2, 1, 200*time.Millisecond)
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 404", "   0 1 refused: status 404",
				"  20 2 asks", "  20 2 answer 404", "  20 2 refused: status 404",
				"  60 3 asks", "  60 3 answer 200", "  60 3 first byte",
				"  60 3 first media, epoch 1", "  60 3 first keyframe, epoch 1",
				" 260 3 progress, 2 frames, gap 200, epoch 1",
				" 260 3 ended: eof, 2 frames, epoch 1",
				" 260 4 asks", " 260 4 answer 404", " 260 4 refused: status 404",
				" 280 5 asks", " 280 5 answer 404", " 280 5 refused: status 404",
				" 320 6 asks", " 320 6 answer 404", " 320 6 refused: status 404",
				" 330 6 ended: ours, 0 frames",
			},
		},
		{
			name: "a server that hands out a picture and hangs up is not asked in a circle",
			span: 100 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say(head)
				s.Write(s.stream())
				s.play(1, 0, 0)
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte", "   0 1 first media", "   0 1 first keyframe",
				"   0 1 progress, 1 frames, gap 0", "   0 1 ended: eof, 1 frames",
				"  20 2 asks", "  20 2 answer 200", "  20 2 first byte", "  20 2 first media", "  20 2 first keyframe",
				"  20 2 progress, 1 frames, gap 0", "  20 2 ended: eof, 1 frames",
				"  60 3 asks", "  60 3 answer 200", "  60 3 first byte", "  60 3 first media", "  60 3 first keyframe",
				"  60 3 progress, 1 frames, gap 0", "  60 3 ended: eof, 1 frames",
				" 100 3 ended: ours, 0 frames",
			},
		},
		{
			name: "an empty answer, a header alone",
			span: 30 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				if n == 1 {
					s.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
					return
				}
				s.say(head)
				s.Write(s.stream())
				s.gone()
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 ended: eof, 0 frames",
				"  20 2 asks", "  20 2 answer 200", "  20 2 first byte",
				"  30 2 ended: ours, 0 frames",
			},
		},
		{
			name:   "a key nobody publishes: no answer until we leave",
			span:   40 * time.Second,
			server: func(s *side, n int) { s.request(); s.gone() },
			want:   []string{"   0 1 asks", "40000 1 ended: ours, 0 frames"},
		},
		{
			name: "closed before the answer",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
			},
			want: []string{"   0 1 asks", "   0 1 refused: eof", "  10 1 ended: ours, 0 frames"},
		},
		{
			name: "cut inside a tag",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say(head)
				s.Write(s.stream())
				f := s.video(1, 2)[0]
				s.Write(f[:len(f)-6])
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte",
				"   0 1 first media, epoch 2", "   0 1 first keyframe, epoch 2",
				"   0 1 progress, 1 frames, gap 0, epoch 2", "   0 1 ended: eof, 1 frames, torn, epoch 2",
				"  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "chunked without a last chunk, as SRS ends it",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
				s.say(chunk(s.stream()))
				b := s.video(1, 2)[0]
				s.say(chunk(b[:20]) + chunk(b[20:]))
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte",
				"   0 1 first media, epoch 2", "   0 1 first keyframe, epoch 2",
				"   0 1 progress, 1 frames, gap 0, epoch 2", "   0 1 ended: eof, 1 frames, epoch 2",
				"  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "chunked with a last chunk, the connection left open",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(s.stream()) + "0\r\n\r\n")
				s.gone()
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte", "   0 1 ended: eof, 0 frames",
				"  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "HTTP/1.0",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.0 200 OK\r\n\r\n")
				s.Write(s.stream())
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte", "   0 1 ended: eof, 0 frames",
				"  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "an interim answer first, a head that trickles",
			span: 400 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 102 Processing\r\n\r\n")
				for _, c := range []byte(head) {
					time.Sleep(time.Millisecond)
					s.Write([]byte{c})
				}
				s.gone()
			},
			want: []string{
				"   0 1 asks", fmt.Sprintf("%4d 1 answer 200", len(head)), " 400 1 ended: ours, 0 frames",
			},
		},
		{
			name: "a head without end",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 200 OK\r\n")
				for range 5000 {
					s.say("X-More: and more and more\r\n")
				}
			},
			want: []string{"   0 1 asks", "   0 1 refused: malformed", "  10 1 ended: ours, 0 frames"},
		},
		{
			name: "one header line without end",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("x", 2*MaxHead))
			},
			want: []string{"   0 1 asks", "   0 1 refused: malformed", "  10 1 ended: ours, 0 frames"},
		},
		{
			name: "garbage instead of HTTP",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("SSH-2.0-OpenSSH_9.2\r\n")
			},
			want: []string{"   0 1 asks", "   0 1 refused: malformed", "  10 1 ended: ours, 0 frames"},
		},
		{
			name: "a page instead of FLV",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n<html>hello, you</html>")
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte", "   0 1 ended: malformed, 0 frames, torn",
				"  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "a tag of a wrong size",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say(head)
				s.Write(s.stream())
				b := s.video(2, 1)
				b[0][len(b[0])-1]++
				s.Write(b[0])
				s.Write(b[1])
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte",
				"   0 1 first media, epoch 1", "   0 1 first keyframe, epoch 1",
				"   0 1 progress, 1 frames, gap 0, epoch 1", "   0 1 ended: malformed, 1 frames, epoch 1",
				"  10 1 ended: ours, 0 frames",
			},
			witness: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte",
				"   0 1 first media, epoch 1", "   0 1 first keyframe, epoch 1",
				"   0 1 progress, 2 frames, gap 0, epoch 1", "   0 1 ended: eof, 2 frames, epoch 1",
				"  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "sent on, on the same host",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				if req := s.request(); req.URL.Path == "/live/s0.flv" {
					s.say("HTTP/1.1 302 Found\r\nLocation: /edge/s0.flv?x=1\r\nContent-Length: 0\r\n\r\n")
					return
				}
				s.say(head)
				s.gone()
			},
			want: []string{"   0 1 asks", "   0 1 answer 200", "  10 1 ended: ours, 0 frames"},
		},
		{
			name: "sent to another host",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 302 Found\r\nLocation: http://198.51.100.7/live/s0.flv\r\nContent-Length: 0\r\n\r\n")
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 302", "   0 1 refused: status 302", "  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "sent round in a circle",
			span: 10 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say("HTTP/1.1 301 Moved\r\nLocation: s0.flv\r\nContent-Length: 0\r\n\r\n")
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 301", "   0 1 refused: status 301", "  10 1 ended: ours, 0 frames",
			},
		},
		{
			name: "the connection stays open over a return",
			span: 700 * time.Millisecond,
			server: func(s *side, n int) {
				s.request()
				s.say(head)
				s.Write(s.stream())
				s.play(3, 1, 40*time.Millisecond)
				time.Sleep(220 * time.Millisecond)
				s.play(2, 2, 40*time.Millisecond)
				s.gone()
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "   0 1 first byte",
				"   0 1 first media, epoch 1", "   0 1 first keyframe, epoch 1",
				" 300 1 progress, 3 frames, gap 40, epoch 1",
				" 300 1 progress, 1 frames, gap 220, epoch 2",
				" 700 1 progress, 1 frames, gap 40, epoch 2",
				" 700 1 ended: ours, 5 frames, epoch 2",
			},
		},
		{
			name:   "a stalled player never reads, and changes its seat",
			manner: Stalled,
			span:   11 * time.Second,
			server: func(s *side, n int) {
				s.request()
				s.say(head)
				s.Write(s.stream())
			},
			want: []string{
				"   0 1 asks", "   0 1 answer 200", "10000 1 ended: ours, 0 frames",
				"10000 2 asks", "10000 2 answer 200", "11000 2 ended: ours, 0 frames",
			},
		},
	}
	for _, tt := range tests {
		for name, witness := range map[string]bool{"": false, "/witness": true} {
			t.Run(tt.name+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := newPipes(t, tt.server)
					sink := newNotes()
					p := Player{
						Key: "live/s0", Actor: "play/live/s0/0", URL: "http://127.0.0.1:8080/live/s0.flv", Manner: tt.manner,
						Sink: sink, Dial: server.dial, Source: 7, Witness: witness,
					}
					ctx, cancel := context.WithTimeout(t.Context(), tt.span)
					defer cancel()
					if err := p.Run(ctx); err != nil {
						t.Error(err)
					}
					server.sides.Wait()
					want := tt.want
					if witness && tt.witness != nil {
						want = tt.witness
					}
					if diff := cmp.Diff(want, sink.lines()); diff != "" {
						t.Errorf("events (-want +got):\n%s", diff)
					}
					for _, e := range sink.All() {
						if e.Key != p.Key || e.Actor != p.Actor {
							t.Errorf("event of %s by %s", e.Key, e.Actor)
						}
					}
				})
			})
		}
	}
}

// TestOwnLimits: what this machine lacks is told as our trouble, once a second with a count, and never as a refusal.
func TestOwnLimits(t *testing.T) {
	for code, errno := range map[string]syscall.Errno{"descriptors": syscall.EMFILE, "ports": syscall.EADDRNOTAVAIL} {
		synctest.Test(t, func(t *testing.T) {
			sink := newNotes()
			p := Player{Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Sink: sink,
				Dial: func(context.Context, string, string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errno}
				},
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2100*time.Millisecond)
			defer cancel()
			p.Run(ctx)
			want := []string{
				fmt.Sprintf("   0 trouble: %s, 1", code), fmt.Sprintf("1000 trouble: %s, 4", code),
				fmt.Sprintf("2000 trouble: %s, 4", code), "2100 9 ended: ours, 0 frames",
			}
			if diff := cmp.Diff(want, sink.lines()); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDialBound: a dial that hangs is a timeout after dialWithin, and ctx ends it before.
func TestDialBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := newNotes()
		p := Player{Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Sink: sink,
			Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			},
		}
		ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
		defer cancel()
		p.Run(ctx)
		want := []string{"5000 1 refused: timeout", "6000 2 ended: ours, 0 frames"}
		if diff := cmp.Diff(want, sink.lines()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestBadPlayURL(t *testing.T) {
	for _, u := range []string{"", "rtmp://127.0.0.1/live/s", "http:///live/s.flv", "http://127.0.0.1:x/", "://"} {
		if err := (&Player{URL: u, Sink: newNotes()}).Run(t.Context()); err == nil {
			t.Errorf("%q: no error", u)
		}
	}
}
