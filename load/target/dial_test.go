package target

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
	"go.uber.org/goleak"
)

func TestRoadRemembersWhatWorked(t *testing.T) {
	defer goleak.VerifyNone(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	// Two addresses stand behind the name; nobody listens at the first.
	d := Road{names: map[string][]string{"server.test": {"127.0.0.2", "127.0.0.1"}}}
	for range 2 {
		nc, err := d.Dial(t.Context(), "tcp", "server.test:"+port)
		if err != nil {
			t.Fatal(err)
		}
		nc.Close()
		if got := strings.Join(d.names["server.test"], " "); got != "127.0.0.1 127.0.0.2" {
			t.Errorf("addresses %s", got)
		}
	}
	l.Close()
	if _, err := d.Dial(t.Context(), "tcp", "server.test:"+port); WireOf(err) != history.WireRefused {
		t.Errorf("nobody listens: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Dial(ctx, "tcp", "server.test:"+port); WireOf(err) != history.WireOurs {
		t.Errorf("cancelled: %v", err)
	}
}

func TestRoadLooksUpLocalhost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	var d Road
	nc, err := d.Dial(t.Context(), "tcp", "localhost:"+port)
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
	if len(d.names["localhost"]) == 0 {
		t.Error("the name was not remembered")
	}
}
