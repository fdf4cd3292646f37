//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// hostile listens on a port of its own and does with every connection what it is told, until the test ends.
func hostile(t testing.TB, serve func(net.Conn)) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				nc.SetDeadline(time.Now().Add(patience))
				serve(nc)
			}()
		}
	}()
	return ln.Addr().String()
}

// silent takes the connection, reads all that comes, and says nothing.
func silent(nc net.Conn) { io.Copy(io.Discard, nc) }

// says greets with a text and then listens.
func says(text string) func(net.Conn) {
	return func(nc net.Conn) {
		io.WriteString(nc, text)
		silent(nc)
	}
}

// answers lets the other side speak first.
func answers(text string) func(net.Conn) {
	return func(nc net.Conn) {
		nc.Read(make([]byte, 4096))
		says(text)(nc)
	}
}

// garble answers like a server as far as RTMP's handshake, and then with noise.
func garble(nc net.Conn) {
	c0c1 := make([]byte, 1+1536)
	if _, err := io.ReadFull(nc, c0c1); err != nil {
		return
	}
	nc.Write(append(append([]byte{3}, bytes.Repeat([]byte{7}, 1536)...), c0c1[1:]...))
	nc.Write(bytes.Repeat([]byte{0xC3, 0x5A, 0x99}, 4000))
	silent(nc)
}

// shakes makes RTMP's handshake and then says nothing.
func shakes(nc net.Conn) {
	c0c1 := make([]byte, 1+1536)
	if _, err := io.ReadFull(nc, c0c1); err != nil {
		return
	}
	nc.Write(append(append([]byte{3}, bytes.Repeat([]byte{7}, 1536)...), c0c1[1:]...))
	silent(nc)
}

// endless answers an HTTP request with headers that never end.
func endless(nc net.Conn) {
	nc.Read(make([]byte, 4096))
	if _, err := io.WriteString(nc, "HTTP/1.1 200 OK\r\n"); err != nil {
		return
	}
	line := []byte("X-Endless: " + strings.Repeat("x", 1000) + "\r\n")
	for {
		if _, err := nc.Write(line); err != nil {
			return
		}
	}
}

// TestHostilePublish: what takes publishers is no RTMP server, or one that does not work. Nothing could be tested then; a
// line says what it does, and nothing is left of the try.
func TestHostilePublish(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		serve func(net.Conn)
		want  string
	}{
		{"silence", silent, `takes the connection and then says nothing for [0-9.]+s: is it an RTMP server, and is it hanging\?`},
		{"closes", func(net.Conn) {}, `closes the connection during the RTMP handshake: is it an RTMP server, and does it let this machine in\?`},
		{"closes after C1", func(nc net.Conn) { io.ReadFull(nc, make([]byte, 1537)) }, `closes the connection during the RTMP handshake`},
		{"closes in the middle of S1", func(nc net.Conn) {
			io.ReadFull(nc, make([]byte, 1537))
			nc.Write(bytes.Repeat([]byte{3}, 100))
		}, `closes the connection during the RTMP handshake`},
		{"SSH", says("SSH-2.0-OpenSSH_9.7\r\n"), `is not RTMP, it answers "SSH-2.0-OpenSSH_9.7": is that another service's port\?`},
		{"HTTP", says("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), `is not RTMP, it answers "HTTP/1.1 400 Bad Request.*": is that another service's port\?`},
		{"escape sequences", says("\x1b]0;owned\x07\x1b[2Jhello\r\n"), `is not RTMP, it answers "hello": is that another service's port\?`},
		{"noise after the handshake", garble, `does not let a publisher into the app "live"|connecting to the application "live" failed`},
		{"silence after the handshake", shakes, `does not let a publisher into the app "live"|connecting to the application "live" failed`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				addr := hostile(t, tt.serve)
				o := b.run("chaos", "--out", "run", "--json", "result.json",
					"--publish-url", "rtmp://"+addr+"/live/{stream}", "--play-url", "http://"+addr+"/live/{stream}.flv")
				clearLine(t, b, o, regexp.QuoteMeta(addr)+`:? (`+tt.want+`).*`)
			})
		})
	}
}

// clearLine wants status 3, one line on standard error, and nothing else anywhere.
func clearLine(t testing.TB, b *box, o outcome, want string) {
	t.Helper()
	if o.code != 3 || o.stdout != "" || !regexp.MustCompile(`^flvstorm: `+want+`\n$`).MatchString(o.stderr) {
		t.Errorf("want exit 3 and a line %q: %v", want, o)
	}
	for _, name := range b.files() {
		if name == "run" || name == "result.json" || strings.Contains(name, "runs") {
			t.Errorf("%s is left", name)
		}
	}
	if strings.ContainsAny(o.stderr, "\x1b\x07") {
		t.Errorf("a control character: %q", o.stderr)
	}
}

// TestHostilePlay: publishers are served well, but players go somewhere that has no streams for them.
func TestHostilePlay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		serve func(net.Conn)
		want  string
	}{
		{"endless headers", endless, `ADDR does not speak HTTP: .*; is --play-url the right port\?`},
		{"SSH", answers("SSH-2.0-OpenSSH_9.7\r\n"), `ADDR does not speak HTTP: .*malformed HTTP response "SSH-2.*; is --play-url the right port\?`},
		{"noise", answers(strings.Repeat("\xff\x00\x03\x1b[2J", 10_000)), `ADDR does not speak HTTP: .*; is --play-url the right port\?`},
		{"a page", answers("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 30\r\n\r\n<html><body>It works</body></h>"), `.*ADDR.* answers with something that is not FLV: is --play-url right\? .*`},
		{"another host", answers("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/live/s.flv\r\nContent-Length: 0\r\n\r\n"), `the answer sends us to another host \(http://192\.0\.2\.1/live/s\.flv\), which is not followed`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				s := b.serve()
				addr := hostile(t, tt.serve)
				o := b.run("chaos", "--out", "run", "--json", "result.json",
					"--publish-url", "rtmp://"+s.rtmp+"/live/{stream}", "--play-url", "http://"+addr+"/live/{stream}.flv")
				clearLine(t, b, o, strings.ReplaceAll(tt.want, "ADDR", regexp.QuoteMeta(addr)))
				s.stop()
			})
		})
	}
	t.Run("a refused port", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			s := b.serve()
			addr := refusing(t)
			o := b.run("chaos", "--out", "run", "--json", "result.json",
				"--publish-url", "rtmp://"+s.rtmp+"/live/{stream}", "--play-url", "http://"+addr+"/live/{stream}.flv")
			clearLine(t, b, o, regexp.QuoteMeta(addr)+` refuses connections: is the server running, and does --play-url name its port\? .*`)
		})
	})
}

// TestPlayersGetNothing: where players go somebody takes connections and says nothing, or says it to nobody. It is seen before
// the run, when one publish and one play are tried.
func TestPlayersGetNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		serve func(net.Conn)
	}{
		{"silence", silent},
		{"closes", func(net.Conn) {}},
		{"closes after the request", func(nc net.Conn) { nc.Read(make([]byte, 4096)) }},
		{"RTMP", garble},
		{"headers and nothing else", answers("HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n\r\n")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				s := b.serve()
				o := b.run("chaos", "--out", "run", "--json", "result.json", "--quiet", "--duration", "6s",
					"--publish-url", "rtmp://"+s.rtmp+"/live/{stream}", "--play-url", "http://"+hostile(t, tt.serve)+"/live/{stream}.flv")
				clearLine(t, b, o, `.*; is --play-url the right port\?|play http://\S+: (?:no frame within 3s|the connection ends before a frame has come), though the stream is being published: .*`)
				s.stop()
			})
		})
	}
}

// TestRefusesEverybody: a server that speaks RTMP and lets nobody publish, in the ways in which servers say so. There is no
// run, and one line says why.
func TestRefusesEverybody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer func(*rtmp.ServerConn) error
		want   string
	}{
		{"denied", func(s *rtmp.ServerConn) error { return s.Reject("NetStream.Publish.Denied", "a token is missing") }, `publish rtmp://\S+: .*NetStream\.Publish\.Denied.*`},
		{"closed", func(*rtmp.ServerConn) error { return io.EOF }, `publish rtmp://\S+: .*clos.*`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				addr := hostile(t, func(nc net.Conn) {
					s, err := rtmp.NewServerConn(context.Background(), nc, rtmp.ServerConfig{})
					for err == nil {
						var req rtmp.Request
						if req, err = s.Next(); err == nil && req.Kind == rtmp.Publish {
							err = tt.answer(s)
						}
					}
				})
				o := b.run("chaos", "--out", "run", "--json", "result.json", "--quiet", "--players", "0", "--streams", "2",
					"--duration", "2s", "--stuck-after", "1s", "--publish-url", "rtmp://"+addr+"/live/{stream}")
				clearLine(t, b, o, tt.want)
			})
		})
	}
}

// TestFewDescriptors: a machine that lets us open too little is no fault of the server's, our own one or another.
func TestFewDescriptors(t *testing.T) {
	t.Parallel()
	for _, limit := range []string{"9", "12", "20", "40"} {
		for _, where := range []string{"inside", "outside"} {
			t.Run(limit+" "+where, func(t *testing.T) {
				t.Parallel()
				insistently(t, func(t testing.TB) {
					b := newBox(t)
					args := []string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--duration", "3s", "--seed", "1"}
					if where == "outside" {
						args = append(args, b.serve().flags()...)
					}
					atOnce <- struct{}{}
					o := b.startCommand(exec.Command("sh", append([]string{"-c", `ulimit -n "$0"; exec flvstorm "$@"`, limit}, args...)...)).wait()
					<-atOnce
					if o.code != 3 {
						t.Fatalf("want exit 3: %v", o)
					}
					if _, err := os.Stat(b.path("result.json")); err != nil {
						// It did not even begin.
						clearLine(t, b, o, `.*too many open files.*`)
						return
					}
					d := b.document("result.json")
					if d.Verdict != "inconclusive" || d.codes() != "" || !d.reason("descriptors") {
						t.Errorf("verdict %q, findings %q, reasons %+v", d.Verdict, d.codes(), d.Reasons)
					}
					if again := b.run("report", "run", "--quiet"); again.code != 3 {
						t.Errorf("the run ended with 3, and the report says: %v", again)
					}
				})
			})
		}
	}
}
