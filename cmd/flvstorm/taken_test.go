//go:build unix

package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

// TestExecTaken: where another server has the ports, that is not taken for the one that --exec starts.
func TestExecTaken(t *testing.T) {
	b := newBox(t)
	serve, rtmp, flags := ours(t)
	p := b.start(strings.Fields(serve)[1:]...)
	defer func() {
		p.cmd.Process.Kill()
		<-p.done
	}()
	for range 1000 {
		if nc, err := net.Dial("tcp", rtmp); err == nil {
			nc.Close()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	o := b.run(append(append([]string{"chaos", "--quiet"}, flags...), "--exec", serve)...)
	if o.code != exitCannotRun || !strings.Contains(o.stderr, rtmp+" answers already, before --exec was started") {
		t.Errorf("%v", o)
	}
}
