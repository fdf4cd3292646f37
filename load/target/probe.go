package target

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// dialFunc makes a connection, as net.Dialer.DialContext does.
type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

// result is what a fresh connection found. The first three stand in history.Probe.
type result string

const (
	alive       result = "alive"
	refusedAll  result = "refused"
	saysNothing result = "silent"
	hungUp      result = "hung up" // took the connection and closed it without a byte
)

// probe makes one fresh connection and waits for the first byte of an RTMP handshake. The error is for OwnLimit.
func probe(ctx context.Context, dial dialFunc, at place, within time.Duration) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	nc, err := dial(ctx, network(at.secure), at.addr)
	if err == nil {
		defer nc.Close()
		defer context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })()
		var got []byte
		if got, err = shake(nc); len(got) > 0 {
			return alive, nil
		}
	}
	var noTLS *TLSError
	switch wire := WireOf(err); {
	case wire == history.WireRefused:
		return refusedAll, err
	case wire == history.WireEOF, wire == history.WireReset:
		return hungUp, err
	case wire == history.WireMalformed && errors.As(err, &noTLS):
		return alive, nil // it spoke, if not as TLS wants to hear it
	default:
		return saysNothing, err
	}
}

// Sizes of the RTMP handshake (RTMP 1.0 §5.2).
const (
	rtmpVersion = 3
	sizeC1      = 1536
)

// shake makes an RTMP handshake as a client, and returns what the server sent: S0, S1 and S2 when the error is nil. It
// stops reading at the first byte that can't be S0, with what came in the same packet.
func shake(nc net.Conn) (got []byte, err error) {
	hello := make([]byte, 1+sizeC1)
	hello[0] = rtmpVersion
	for i := range hello[9:] { // §5.2.3: four bytes of time, four zero, the rest random; it need only differ from S1
		hello[9+i] = byte(i*7 + i>>8)
	}
	if _, err := nc.Write(hello); err != nil {
		// The server may have said why before it closed.
		nc.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		n, _ := nc.Read(hello)
		return hello[:n], err
	}
	got = make([]byte, 1+2*sizeC1)
	n, err := nc.Read(got)
	if n > 0 && got[0] != rtmpVersion {
		return got[:n], errNotRTMP
	}
	for err == nil && n < len(got) {
		var more int
		more, err = nc.Read(got[n:])
		n += more
	}
	if n < len(got) {
		return got[:n], err
	}
	_, err = nc.Write(got[1 : 1+sizeC1]) // C2 echoes S1
	return got, err
}

// errNotRTMP says that the first byte is no version of RTMP.
var errNotRTMP = errors.New("not RTMP")

// timedOut reports whether err is a deadline that passed.
func timedOut(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.ErrNoProgress)
}
