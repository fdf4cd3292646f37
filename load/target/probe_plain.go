package target

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

// otherwise bounds a second look at an address, for the other way to speak there.
const otherwise = time.Second

// SpeaksTLS reports whether TLS is spoken at addr, whatever its certificate. It is asked only after speaking without it
// has failed: a server shall not be sent what it can't read for nothing.
func SpeaksTLS(ctx context.Context, road *Road, addr string) bool {
	return second(ctx, road, addr, func(nc net.Conn) bool {
		err := tls.Client(nc, &tls.Config{InsecureSkipVerify: true}).HandshakeContext(ctx)
		var record tls.RecordHeaderError
		return err == nil || isAlert(err) || errors.As(err, &record) && isRecord(record.RecordHeader[:])
	})
}

// speaksRTMP reports whether RTMP is spoken at addr without TLS.
func speaksRTMP(ctx context.Context, road *Road, addr string) bool {
	return second(ctx, road, addr, func(nc net.Conn) bool {
		_, err := shake(nc)
		return err == nil
	})
}

// speaksHTTP reports whether HTTP is spoken at addr without TLS.
func speaksHTTP(ctx context.Context, road *Road, addr string) bool {
	return second(ctx, road, addr, func(nc net.Conn) bool {
		// Whatever the answer is, a server of HTTP gives one.
		io.WriteString(nc, "GET / HTTP/1.1\r\nHost: "+addr+"\r\nUser-Agent: flvstorm\r\nConnection: close\r\n\r\n")
		var head [5]byte
		io.ReadFull(nc, head[:])
		return strings.EqualFold(string(head[:]), "HTTP/")
	})
}

// second connects to addr once more and returns what ask makes of the connection.
func second(ctx context.Context, road *Road, addr string, ask func(net.Conn) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, otherwise)
	defer cancel()
	nc, err := road.Dial(ctx, TCP, addr)
	if err != nil {
		return false
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })()
	return ask(nc)
}

// mayBePlain reports whether TLS may have failed because it isn't spoken there. A server that reads something else may
// answer in its own language, hang up, or wait for more.
func mayBePlain(err error) bool {
	var noTLS *TLSError
	if !errors.As(err, &noTLS) {
		return false
	}
	var record tls.RecordHeaderError
	return errors.As(err, &record) || timedOut(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isErrno(err, reset)
}
