package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
)

// TestWireOf goes by errors that sockets really return.
func TestWireOf(t *testing.T) {
	var dialer net.Dialer
	dial := func(addr string) (net.Conn, error) { return dialer.DialContext(t.Context(), "tcp", addr) }
	read := func(handle func(net.Conn), prepare func(net.Conn)) error {
		nc, err := dial(serve(t, handle))
		if err != nil {
			return err
		}
		defer nc.Close()
		prepare(nc)
		_, err = io.ReadAll(nc)
		if err == nil {
			err = io.EOF
		}
		return err
	}
	nothing := func(net.Conn) {}
	hold := func(nc net.Conn) { io.Copy(io.Discard, nc) }
	tests := []struct {
		name string
		err  func() error
		want history.Wire
	}{
		{"none", func() error { return nil }, history.WireNone},
		{"FIN", func() error { return read(nothing, nothing) }, history.WireEOF},
		{"FIN inside something", func() error { return fmt.Errorf("tag 5: %w", io.ErrUnexpectedEOF) }, history.WireEOF},
		{"RST", func() error {
			return read(func(nc net.Conn) { nc.(*net.TCPConn).SetLinger(0) }, nothing)
		}, history.WireReset},
		{"write to a broken connection", func() error {
			nc, err := dial(serve(t, func(nc net.Conn) { nc.(*net.TCPConn).SetLinger(0) }))
			for err == nil {
				_, err = nc.Write(make([]byte, 1000))
			}
			return err
		}, history.WireReset},
		{"deadline", func() error {
			return read(hold, func(nc net.Conn) { nc.SetDeadline(time.Unix(1, 0)) })
		}, history.WireTimeout},
		{"dial in no time", func() error {
			ctx, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
			defer cancel()
			_, err := dialer.DialContext(ctx, "tcp", "127.0.0.1:1")
			return err
		}, history.WireTimeout},
		{"nobody listens", func() error { _, err := dial(peertest.Nobody(t)); return err }, history.WireRefused},
		{"no such host", func() error { _, err := dial("no-such-host.invalid:1"); return err }, history.WireUnreachable},
		{"no such port", func() error { _, err := dial("127.0.0.1:99999"); return err }, history.WireUnreachable},
		{"no route", func() error { return &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", unreachable[0])} }, history.WireUnreachable},
		{"closed by us", func() error { return read(hold, func(nc net.Conn) { nc.Close() }) }, history.WireOurs},
		{"cancelled by us", func() error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := dialer.DialContext(ctx, "tcp", "127.0.0.1:1")
			return err
		}, history.WireOurs},
		{"not the protocol", func() error { return errors.New("chunk of type 9") }, history.WireMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.err()
			if got := WireOf(err); got != tt.want {
				t.Errorf("%q (%v), want %q", got, err, tt.want)
			}
			if limit := OwnLimit(err); limit != "" {
				t.Errorf("%v is taken for our limit %q", err, limit)
			}
		})
	}
}

func TestOwnLimit(t *testing.T) {
	for want, errnos := range map[string][]error{
		"descriptors": {noDescriptors[0], noDescriptors[1]}, "ports": {noPorts[0]}, "memory": {noMemory[0], noMemory[1]}, "disk": {noSpace[0]},
	} {
		for _, errno := range errnos {
			err := &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", errno)}
			if got := OwnLimit(err); got != want {
				t.Errorf("%v: %q, want %q", err, got, want)
			}
		}
	}
}
