package embedded

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// A viewer that has nothing of the owner yet gets nothing of the one beside him either: it could not be decoded.
func TestDoubleAcceptBeforeTheFirstFrame(t *testing.T) {
	r := start(t, Config{Bug: "double-accept", Gather: 1})
	viewer := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	contender := r.publish(t, "s0")
	contender.opens(0, 1)
	contender.nc.Close()
	r.log.wait(t, "client disconnect peer", 1)
	p.opens(1000, 1)
	if got := viewer.upTo("P1040"); got != "meta avc aac K1000 P1040" {
		t.Errorf("the viewer got %s", got)
	}
}

// A contender that is refused goes on sending. Only the bug lets that through, to those who were there, from its keyframe on.
func TestHalfClosedReject(t *testing.T) {
	for _, bug := range []string{"", "half-closed-reject"} {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Bug: bug, Gather: 1})
			viewer := r.viewers(t, "s0", 1)[0]
			p := r.publish(t, "s0")
			p.opens(1000, 1)
			viewer.upTo("P1040")
			contender := r.arm(t, "s0")
			contender.ask()
			if err := contender.answer(); !errors.Is(err, io.EOF) {
				t.Fatalf("the contender got %v, want a FIN", err)
			}
			r.log.wait(t, "code=1028(", 1)
			contender.opens(0, 1)
			if bug != "" {
				if got := viewer.upTo("P40"); got != "K0 P40" {
					t.Errorf("the viewer got %s of the contender", got)
				}
			}
			late := r.view(t, "s0")
			if got := late.upTo("P1040"); got != "meta avc aac K1000 P1040" {
				t.Errorf("who came later got %s", got)
			}
			contender.message(flv.Video, 80, interframe)
			if bug != "" {
				viewer.upTo("P80")
			}
			p.message(flv.Video, 1080, interframe)
			p.nc.Close()
			for i, v := range []*play{viewer, late} {
				if got := v.upTo("P1080"); got != "P1080" {
					t.Errorf("viewer %d got %s", i, got)
				}
				if frames, err := v.end(); frames != 0 || err != io.EOF {
					t.Errorf("then viewer %d got %d frames and %v", i, frames, err)
				}
			}
			r.log.wait(t, "http: unmount", 1)
			next := r.publish(t, "s0")
			next.opens(2000, 0)
			contender.message(flv.Video, 120, interframe) // to nobody
			contender.nc.Close()
			if got := r.view(t, "s0").upTo("K2000"); got != "meta avc aac K2000" {
				t.Errorf("a viewer of the next publish got %s", got)
			}
		})
	}
}

// After the third publish with viewers the server lives, takes connections, and says nothing, to nobody; but it can be
// stopped.
func TestHang(t *testing.T) {
	r := start(t, Config{Bug: "hang", Gather: 1, busy: patience})
	other := r.publish(t, "s1")
	other.opens(0, 0)
	watching := r.view(t, "s1")
	watching.upTo("K0")
	p, _ := r.live(t, 1)
	for range crashAt - 1 {
		p = r.comeBack(t, p)
		if err := p.answer(); err != nil {
			t.Fatal(err)
		}
		v := r.view(t, "s0")
		p.opens(0, 0)
		v.upTo("K0")
	}
	asked := r.api(t)
	if _, err := io.Copy(io.Discard, asked.response().Body); err != nil {
		t.Fatal(err)
	}
	r.comeBack(t, p)
	r.until(t, r.keys.rules.hung.Load)
	r.log.wait(t, "RTMP client", crashAt+2) // what came before it hung is written
	r.forgetLog()
	other.message(flv.Video, 40, interframe)
	io.WriteString(asked.nc, "GET / HTTP/1.1\r\nHost: test\r\n\r\n")
	for name, v := range map[string]*play{"a viewer": watching, "who asks again": asked, "who asks on a new connection": r.api(t)} {
		if !v.silent(50 * time.Millisecond) {
			t.Errorf("%s got something", name)
		}
	}
	nc, err := net.Dial("tcp", r.RTMPAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.Write(append([]byte{3}, make([]byte, 1536)...)) // C0 and C1
	nc.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := nc.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a publisher got %d bytes and %v", n, err)
	}
	if said := r.log.String(); strings.Contains(said, "RTMP client") {
		t.Errorf("the log goes on:\n%s", said)
	}
}

const askAPI = "GET /api/v1/streams HTTP/1.1\r\nHost: test\r\n\r\n"

// api asks the API.
func (r *running) api(t *testing.T) *play {
	t.Helper()
	return r.get(t, askAPI)
}

// Each publisher that leaves has its connection kept, and one that never published has not.
func TestLeak(t *testing.T) {
	for bug, want := range map[string]int{"": 0, "leak": 2} {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Bug: bug})
			var conns []io.Reader
			for i := range 2 {
				p := r.publish(t, "s0")
				p.headers()
				p.nc.CloseWrite()
				r.log.wait(t, "http: unmount", i+1)
				r.log.wait(t, "client disconnect peer", i+1)
				if want > 0 {
					p.nc.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
				}
				conns = append(conns, p.nc)
			}
			idle := r.arm(t, "s0")
			idle.nc.CloseWrite()
			if _, err := io.Copy(io.Discard, idle.nc); err != nil {
				t.Errorf("a connection that never published: %v", err)
			}
			shown := func() (connections, publishers int) {
				for _, s := range r.apiStreams(page{count: 10}).Streams {
					connections += s.Clients
				}
				for _, c := range r.apiClients(page{count: 10}).Clients {
					if c.Publish {
						publishers++
					}
				}
				return connections, publishers
			}
			r.until(t, func() bool { n, _ := shown(); return n == want })
			if n, publishers := shown(); n != want || publishers != want {
				t.Errorf("the API shows %d connections, %d of publishers", n, publishers)
			}
			for _, conn := range conns {
				if _, err := io.Copy(io.Discard, conn); (err != nil) != (want > 0) {
					t.Errorf("a publisher's connection: %v", err)
				}
			}
		})
	}
}
