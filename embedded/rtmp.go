package embedded

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// session is the connection of one publisher.
type session struct {
	*Server
	client
	feed *feed
	conn *rtmp.ServerConn

	// While it publishes.
	key *key
	pub *publication

	asked *key // what it asked for last; only bugs want to know
}

// servePublisher serves one RTMP connection until it ends.
func (s *Server) servePublisher(ctx context.Context, nc *net.TCPConn) {
	ss := &session{Server: s, client: newClient(nc), feed: &feed{TCPConn: nc, rules: &s.keys.rules, takes: s.cfg.PublisherIdle}}
	s.log.info(ss.cid, "RTMP client ip=%s, fd=%d", ss.addr, descriptor(nc))
	nc.SetReadDeadline(time.Now().Add(s.cfg.SetupPatience))
	err := ss.serve(ctx)
	ss.leave(ctx)
	var no *refusal
	switch {
	case ctx.Err() != nil:
	case errors.As(err, &no):
		const einval = 22 // what SRS has there
		s.log.fail(ss.cid, einval, "%v", err)
		if bug := s.keys.rules.bug; bug != nil && bug.refused != nil {
			bug.refused(ss)
		}
		finish(nc, s.cfg.farewell)
	case errors.Is(err, os.ErrDeadlineExceeded):
		const etimedout = 110
		s.log.warn(ss.cid, etimedout, "client timeout: %v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errnoOf(err) != 0:
		s.log.info(ss.cid, "client disconnect peer. ret=1007")
		if bug := s.keys.rules.bug; bug != nil && bug.gone != nil {
			bug.gone(ctx, ss)
		}
	default:
		s.log.warn(ss.cid, errnoOf(err), "client error: %v", err)
		finish(nc, s.cfg.farewell)
	}
}

// serve talks to the publisher until its connection ends or it is refused.
func (ss *session) serve(ctx context.Context) (err error) {
	ss.conn, err = rtmp.NewServerConn(ctx, ss.feed, rtmp.ServerConfig{ReplyProperties: map[string]any{
		"flvstorm_id": ss.cid, "flvstorm_pid": ss.log.pid, "flvstorm_version": ss.cfg.Version,
	}})
	if err != nil {
		return err
	}
	for {
		req, err := ss.conn.Next()
		if err != nil {
			return err
		}
		switch req.Kind {
		case rtmp.Media:
			if ss.pub != nil {
				ss.received.add(len(req.Media.Payload))
				ss.pub.mount.add(flv.TagType(req.Media.Type), req.Media.Timestamp, req.Media.Payload)
			}
		case rtmp.Publish:
			if err := ss.publish(ctx, req.Stream); err != nil {
				return err
			}
		case rtmp.Unpublish:
			ss.leave(ctx)
			ss.feed.SetReadDeadline(time.Now().Add(ss.cfg.SetupPatience))
		case rtmp.Play:
			if err := ss.conn.Reject("NetStream.Play.StreamNotFound", "Play over HTTP-FLV"); err != nil {
				return err
			}
		}
	}
}

// publish takes the key, or returns the refusal. The refused publisher is not told on the wire.
func (ss *session) publish(ctx context.Context, stream string) error {
	app, _, _ := strings.Cut(ss.conn.App(), "?")
	stream, param, found := strings.Cut(stream, "?")
	if found {
		param = "?" + param
	}
	name, ok := keyName(app, stream)
	if !ok {
		return ss.conn.Reject("NetStream.Publish.BadName", "No such name")
	}
	ss.log.info(ss.cid, "client identified, type=fmle-publish, vhost=%s, app=%s, stream=%s, param=%s, duration=0ms",
		ss.addr.Addr(), printable(app), printable(stream), printable(param))
	// Every connection publishes under its own key, and it may publish again after it has left one.
	k := ss.keys.hold(name)
	ss.asked = k
	pub := &publication{client: &ss.client, leaving: ss.feed.leaving}
	ss.feed.SetReadDeadline(time.Time{})
	if err := k.acquire(ctx, pub); err != nil {
		ss.keys.drop(k)
		return err
	}
	ss.key, ss.pub = k, pub
	ss.log.info(ss.cid, "source url=%s, ip=%s, cache=1, is_edge=0, source_id=/", k.sid(), ss.addr.Addr())
	ss.log.info(ss.cid, "http: mount flv stream for sid=%[1]s, mount=%[1]s.flv", k.sid())
	ss.feed.mount, ss.feed.idle = pub.mount, ss.cfg.PublisherIdle
	return ss.conn.Accept()
}

// leave ends what is published; nothing if nothing is.
func (ss *session) leave(ctx context.Context) {
	if ss.pub == nil {
		return
	}
	ss.log.info(ss.cid, "cleanup when unpublish")
	ss.feed.mount, ss.feed.idle = nil, 0
	ss.key.release(ctx, ss.pub)
	ss.log.info(ss.cid, "http: unmount flv stream for sid=%s", ss.key.sid())
	ss.keys.drop(ss.key)
	ss.key, ss.pub = nil, nil
}

// maxName bounds the name of a key, in bytes.
const maxName = 512

// keyName puts app and stream together, as in a URL. It is false for names that no URL could have.
func keyName(app, stream string) (string, bool) {
	app, stream = strings.Trim(app, "/"), strings.Trim(stream, "/")
	name := app + "/" + stream
	return name, app != "" && stream != "" && len(name) <= maxName && printable(name) == name
}

// printable returns s with what could break a line of the log replaced.
func printable(s string) string {
	s = s[:min(len(s), 2*maxName)]
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, s)
}
