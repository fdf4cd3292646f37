//go:build unix

package main

import (
	"io"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// limited runs flvstorm by a shell that has set limits before.
func (b *box) limited(limits string, args ...string) outcome {
	b.t.Helper()
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	return b.startCommand(exec.Command("sh", join([]string{"-c", limits + ` && exec flvstorm "$@"`, "sh"}, args)...)).wait()
}

// TestLoadDescriptors: a load for which this machine lets us open too little is not begun, and the line says what mends that. A limit
// that we may raise ourselves is raised.
func TestLoadDescriptors(t *testing.T) {
	t.Parallel()
	h := newHouse(t, (*guest).feed)
	load := join([]string{"load", "--out", "run", "--json", "result.json", "--witnesses", "0"}, h.flags(), patient)
	for _, tt := range []struct {
		name  string
		args  []string
		needs string
	}{
		{"players", append(load[:len(load):len(load)], "--players", "300"), "400"},
		{"on the embedded server", []string{"load", "--out", "run", "--players", "150", "--streams", "2"}, "402"},
		{"publishers", []string{"load", "--out", "run", "--publish-only", "--streams", "300"}, "400"},
		{"stages", []string{"load", "--out", "run", "--stages", "0:10,5s:300"}, "401"},
		{"arrivals", []string{"load", "--out", "run", "--players", "300", "--arrive", "1/s"}, "401"},
		{"a search that was told to go so far", []string{"load", "--out", "run", "--find-limit", "stalls < 1", "--max", "300"}, "401"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBox(t)
			o := b.limited("ulimit -n 300", tt.args...)
			line := regexp.MustCompile(`^flvstorm: this run needs ` + tt.needs + ` descriptors, and a process may have 300 here: .*(prlimit --pid|launchctl limit).*\n$`)
			if o.code != exitUsage || o.stdout != "" || !line.MatchString(o.stderr) || len(b.files()) > 0 {
				t.Errorf("%v, and left is %q", o, b.files())
			}
		})
	}
	if n := h.came.Load(); n != 0 {
		t.Errorf("the server saw %d connections", n)
	}
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		o := b.limited("ulimit -Sn 300", append(load[:len(load):len(load)], "--players", "300", "--duration", "1s")...)
		if d := b.steady(0, o); d.Load.Playing != 300 || d.Load.Generator.Descriptors <= 300 {
			t.Errorf("%+v: %v", d.Load.loadFigures, o)
		}
	})
}

// TestLoadUnreachable: a place that there is not is one line, and nothing is left.
func TestLoadUnreachable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no such name to publish to", []string{
			"--publish-url", "rtmp://stream.invalid/live/{stream}", "--play-url", "http://stream.invalid/live/{stream}.flv",
		}, `stream\.invalid:1935 .*--publish-url.*`},
		{"no such name to play from", []string{"--play-only", "--play-url", "http://stream.invalid/live/show.flv"}, `stream\.invalid:80 .*--play-url.*`},
		{"nobody listens", []string{"--play-only", "--play-url", "http://" + refusing(t) + "/live/show.flv"}, `127\.0\.0\.1:\d+ refuses connections: .*--play-url.*`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBox(t)
			clearLine(t, b, b.run(append([]string{"load", "--out", "run", "--json", "result.json"}, tt.args...)...), tt.want)
		})
	}
}

// TestLoadTurnedAway: a server lets a thousand in and sends all others away, each server in its way. They are counted as what they got,
// the first line says it, who is in notices nothing, and who is not asks no more often than somebody who waits in between.
func TestLoadTurnedAway(t *testing.T) {
	t.Parallel()
	const in, out = 1000, 100
	for _, tt := range []struct {
		as   string
		turn func(*guest)
	}{
		{"503", (*guest).busy},
		{"reset", (*guest).reset},
		{"eof", func(*guest) {}},
	} {
		t.Run(tt.as, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				h := newHouse(t, places(in, tt.turn))
				b := newBox(t)
				d, o := b.load(exitCannotRun, join([]string{"--players", "1100", "--witnesses", "0", "--arrive", "1000/s:even", "--duration", "3s"}, h.flags(), patient)...)
				l := d.Load
				if l.Wanted != in+out || l.Playing != in || l.Opened != in || l.Ended != 0 || l.FirstFrame.Count != in || l.StallRate != 0 {
					t.Errorf("%+v", l.loadFigures)
				}
				// At the end some had asked and got no answer yet.
				if !d.reason("load-not-reached") || d.codes() != "" {
					t.Errorf("reasons %v, findings %q: nobody saw the server carry 1,100", d.Reasons, d.codes())
				}
				if n := l.Refused[tt.as]; len(l.Refused) != 1 || n < out || n > l.Sessions-in || n < l.Sessions-in-out {
					t.Errorf("%d sessions, refused %v", l.Sessions, l.Refused)
				}
				if !regexp.MustCompile(`(?s)^\S+ .*\d %\s+refused`).MatchString(strings.Split(o.stdout, "\n\n")[0]) {
					t.Errorf("the first lines do not speak of them: %v", o)
				}
				// Waits double from 20 ms to 250 ms: the fifth and all later ones are no shorter than that.
				if most := int64(in + out*(6+4*d.Duration/1000)); h.came.Load() > most {
					t.Errorf("%d connections in %v ms, %d would be enough", h.came.Load(), d.Duration, most)
				}
				b.againSteady(o)
			})
		})
	}
}

// TestLoadDoorShut: a server that lets nobody connect any more and plays on for those who are in is no dead one.
func TestLoadDoorShut(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		const in, out = 50, 20
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		h := build(t)
		h.open(t, ln, func(g *guest) {
			if g.n == in+1 { // the look before the run was the first
				ln.Close()
			}
			g.feed()
		})
		b := newBox(t)
		d, o := b.load(exitCannotRun, join([]string{"--players", "70", "--witnesses", "0", "--arrive", "100/s:even", "--duration", "3s"}, h.flags(), patient)...)
		if l := d.Load; l.Wanted != in+out || l.Playing < in || l.Ended != 0 || l.Refused["refused"] == 0 || !d.reason("load-not-reached") || d.codes() != "" || d.Server.State != "alive" {
			t.Errorf("%+v, findings %q, %v", l.loadFigures, d.codes(), o)
		}
		b.againSteady(o)
	})
}

// TestLoadEveryTenth: a server that resets every tenth connection, and one that ends every tenth stream inside a tag. All come to play
// in the end.
func TestLoadEveryTenth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		tenth func(*guest)
		check func(loadFigures, int64) bool
	}{
		{"reset", (*guest).reset, func(l loadFigures, n int64) bool {
			return l.Refused["reset"] == n && len(l.Refused) == 1 && l.Opened == 100 && l.Ended == 0
		}},
		{"torn", func(g *guest) {
			g.say(houseHead)
			g.Write(g.one[:len(g.one)-10])
		}, func(l loadFigures, n int64) bool {
			return len(l.Refused) == 0 && l.Opened == 100+n && l.Ended == n && l.Torn == n
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				h := newHouse(t, func(g *guest) {
					if g.n%10 == 0 {
						tt.tenth(g)
					} else {
						g.feed()
					}
				})
				b := newBox(t)
				d, o := b.load(0, join([]string{"--players", "100", "--witnesses", "0", "--duration", "2s"}, h.flags(), patient)...)
				if l := d.Load; l.Playing != 100 || !tt.check(l.loadFigures, h.asked.Load()/10) {
					t.Errorf("of %d: %+v, %v", h.asked.Load(), l.loadFigures, o)
				}
				b.againSteady(o)
			})
		})
	}
}

// TestLoadHostile: what servers do to players beside serving them. It is counted as what it is, takes no memory, keeps nobody from
// leaving in time, and does nothing to the others.
func TestLoadHostile(t *testing.T) {
	t.Parallel()
	const in, out = 20, 10
	for _, tt := range []struct {
		name  string
		other func(*guest)
		check func(loadFigures) bool
	}{
		{"says nothing", (*guest).gone, func(l loadFigures) bool {
			return l.Sessions == in+out && l.Opened == in && l.Playing == in && len(l.Refused) == 0
		}},
		{"says nothing behind the head", func(g *guest) { g.say(houseHead); g.gone() }, func(l loadFigures) bool {
			return l.Sessions == in+out && l.Opened == in+out && len(l.Refused) == 0 && l.BadTags == 0
		}},
		{"no FLV", func(g *guest) {
			g.say(houseHead + strings.Repeat("this is no FLV\r\n", 1000))
			g.gone()
		}, func(l loadFigures) bool {
			return l.Opened > in+out && l.BadTags > out && l.Ended > out
		}},
		{"no tags behind the first", func(g *guest) {
			g.say(houseHead)
			g.Write(append(g.one[:len(g.one):len(g.one)], strings.Repeat("\xff\x33these are no tags", 10_000)...))
			g.gone()
		}, func(l loadFigures) bool { return l.BadTags >= out }},
		{"a head without end", func(g *guest) {
			g.say("HTTP/1.1 200 OK\r\n")
			for err := error(nil); err == nil; {
				_, err = io.WriteString(g.Conn, "X-Endless: "+strings.Repeat("x", 1000)+"\r\n")
			}
		}, func(l loadFigures) bool {
			return l.Opened == in && l.Refused["malformed"] >= out && len(l.Refused) == 1
		}},
		{"nothing but interim answers", func(g *guest) {
			g.say(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 10_000))
			g.gone()
		}, func(l loadFigures) bool {
			return l.Opened == in && l.Refused["malformed"] >= out && len(l.Refused) == 1
		}},
		{"a redirect to itself", func(g *guest) {
			g.say("HTTP/1.1 302 Found\r\nLocation: /live/show.flv\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		}, func(l loadFigures) bool {
			return l.Opened == in && l.Refused["302"] >= out && len(l.Refused) == 1
		}},
		{"chunks as large as the world", func(g *guest) {
			g.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n")
			g.gone()
		}, func(l loadFigures) bool { return l.BadTags >= out && l.Ended >= out }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				h := newHouse(t, places(in, tt.other))
				b := newBox(t)
				o := b.loading(join([]string{"--players", "30", "--witnesses", "0", "--duration", "2s"}, h.flags(), patient)...)
				d := b.steady(o.code, o)
				if served := d.Load.Playing >= in+out-1; served != !d.reason("load-not-reached") || !served && o.code != exitCannotRun {
					t.Errorf("%d played, and that was judged so: %v", d.Load.Playing, o)
				}
				if l := d.Load; l.Wanted != in+out || l.Playing < in || !tt.check(l.loadFigures) || l.Generator.RSS > 300<<20 || d.codes() != "" {
					t.Errorf("of %d: %+v, findings %q, %v", h.asked.Load(), l.loadFigures, d.codes(), o)
				}
				b.againSteady(o)
			})
		})
	}
}
