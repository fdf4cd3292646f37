package load

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// Bounds on what a publisher waits for.
const (
	// connectWithin bounds dial, handshake, connect and createStream together.
	connectWithin = 5 * time.Second
	// answerWithin bounds the wait for an answer to `publish`.
	answerWithin = 5 * time.Second
	// stallWithin bounds how long a write of media may block before the publish counts as ended by the server.
	stallWithin = 5 * time.Second
)

// Publishers makes publishing connections. One value serves a whole run; all of its fields are set before the first
// Connect and not changed after.
type Publishers struct {
	Sink    history.Sink
	Gate    Gate
	Clip    *media.Clip
	Profile *profile.Profile
	// Dial makes the connections, as target.Road.Dial does.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Source is a random id of the run. With the key it makes the source in every stamp, by which frames of other runs and
	// other keys are told apart.
	Source uint32
	// Clock says for the stamps what time it is, in Unix ns. Witnesses of the same run need the same: one that never goes back,
	// for else frames on their way then come from the future. Default that of the machine.
	Clock func() int64
	// Patience is how long a server may take over each of the steps above, in place of their own bounds. Default: those.
	Patience time.Duration

	conns atomic.Int64

	mu      sync.Mutex
	trouble trouble
}

// now is what time it is for the stamps.
func (p *Publishers) now() int64 {
	if p.Clock == nil {
		return time.Now().UnixNano()
	}
	return p.Clock()
}

// Who is the publisher on whose behalf a connection is made.
type Who struct {
	Key   string
	Actor string
	Role  history.Role
}

// Failure says how far a connection or an attempt came and how it failed: the server's doing, or the network's.
type Failure struct {
	Stage    string // "tcp", "tls", "handshake", "connect", "create", "publish", "survive"
	Wire     history.Wire
	Code     string
	Text     string
	ServerID string
	Token    string
	Local    string
	Conn     int64
	// Ours is true when a limit of this machine was the reason; it is no answer of the server's.
	Ours bool
}

// Session is one RTMP connection of a publisher, from the dial to its end. Its methods are called in the order Connect,
// Publish, Await, Hold, and then a departure; one goroutine of its own reads what the server sends.
type Session struct {
	Who
	Conn     int64
	ServerID string
	// Token is in the query of the stream's name, where the profile says that the server logs it; empty elsewhere.
	Token string
	Local string

	from   *Publishers
	clip   *media.Clip
	to     target.Endpoint
	nc     net.Conn
	client *rtmp.Client
	heard  chan heard
	told   atomic.Pointer[func()] // called behind heard
	reader sync.WaitGroup

	epoch    uint32
	source   uint32 // of its stamps
	sent     time.Duration
	accepted bool // by the profile's rule
	next     int  // index of the next frame of the clip
	seq      uint32
	frames   int64
	bytes    int64
	lastSent time.Duration
	bounded  time.Duration // until when the write deadline reaches
}

// heard is one thing the server said, or the end of what it says.
type heard struct {
	at     time.Duration
	status rtmp.Status
	err    error
}

// Attempt says what a connection is made for.
type Attempt struct {
	// Armed says that it is made ahead of a departure.
	Armed bool
	// Due is when it should be begun, zero where nothing was planned.
	Due time.Duration
	// Clip is what it sends. Default that of Publishers.
	Clip *media.Clip
}

// slack is how long the gate may take to let somebody through that is open.
const slack = time.Millisecond

// Connect dials and negotiates up to createStream, so that `publish` is all that is left. It returns a nil Failure when
// that worked. It waits at the gate first, and within its own bound of time.
func (p *Publishers) Connect(ctx context.Context, to target.Endpoint, who Who, a Attempt) (*Session, *Failure) {
	asked := p.Sink.Now()
	if err := p.Gate.Wait(ctx); err != nil {
		return nil, &Failure{Stage: "tcp", Wire: history.WireOurs, Text: err.Error()}
	}
	if p.Sink.Now()-asked > slack {
		a.Due = 0 // the server kept us waiting; that is not our lateness
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(p.Patience, connectWithin))
	defer cancel()
	s := &Session{Who: who, Conn: p.conns.Add(1), from: p, clip: cmp.Or(a.Clip, p.Clip), to: to, heard: make(chan heard, 4)}
	s.source = media.SourceOf(p.Source, who.Key)
	if param := p.Profile.Token; param != "" {
		s.Token = strconv.FormatUint(uint64(p.Source), 36) + "-" + strconv.FormatInt(s.Conn, 36)
		s.to.Stream = withQuery(to.Stream, param+"="+s.Token)
	}
	began := p.Sink.Now()
	nc, err := p.Dial(ctx, to.Network(), to.Addr)
	if err != nil {
		return nil, s.failed(caller, stageOf(err, "tcp"), err)
	}
	s.nc, s.Local = nc, nc.LocalAddr().String()
	tcp := p.Sink.Now() - began
	s.client, err = rtmp.NewClient(ctx, nc, rtmp.ClientConfig{App: to.App, TCURL: to.TCURL})
	if err != nil {
		nc.Close()
		return nil, s.failed(caller, stageOf(err, "handshake"), err)
	}
	reply := s.client.Reply()
	s.ServerID = p.Profile.ServerID(reply.Properties)
	p.Sink.Record(history.Event{Due: a.Due, Key: who.Key, Actor: who.Actor, What: history.Connected{
		Role: who.Role, Conn: s.Conn, Local: s.Local, Remote: nc.RemoteAddr().String(), ServerID: s.ServerID,
		Token: s.Token, Server: ServerOf(p.Profile, reply), ServerPID: p.Profile.ServerPID(reply.Properties), TCP: tcp, Setup: p.Sink.Now() - began, Armed: a.Armed,
	}})
	if err := s.client.Open(ctx, s.to.Stream); err != nil {
		nc.Close()
		return nil, s.failed(caller, stageOf(err, "create"), err)
	}
	p.Gate.Report(history.WireNone)
	s.reader.Go(s.listen)
	return s, nil
}

// withQuery adds a parameter to the query of a stream's name.
func withQuery(stream, param string) string {
	if strings.Contains(stream, "?") {
		return stream + "&" + param
	}
	return stream + "?" + param
}

// ServerOf names kind and version of a server by its reply to connect, such as "srs 7.0.2"; empty where it tells neither.
func ServerOf(p *profile.Profile, reply rtmp.ConnectReply) string {
	if v := p.Version(reply.Properties); v != "" {
		return p.Name + " " + v
	}
	return ""
}

// failed turns an error of the negotiation into a Failure and tells the gate, which watches over the server's life. When
// the caller's own time was up first, the server is not to blame, and the gate is told nothing.
func (s *Session) failed(caller context.Context, stage string, err error) *Failure {
	f := &Failure{Stage: stage, Wire: target.WireOf(err), Text: err.Error(), ServerID: s.ServerID, Token: s.Token, Local: s.Local, Conn: s.Conn}
	var refusal *rtmp.Refusal
	if errors.As(err, &refusal) {
		f.Wire, f.Code, f.Text = history.WireStatus, refusal.Code, s.masked(refusal.Text)
	}
	if trouble := target.OwnLimit(err); trouble != "" {
		f.Ours = true
		s.from.short(trouble, err)
		return f
	}
	if refusal == nil && over(caller) {
		f.Wire = history.WireOurs
		return f
	}
	s.from.Gate.Report(f.Wire)
	return f
}

// over reports whether ctx has ended, or should have: a dial gives up at the deadline, which may be before the context
// itself is told.
func over(ctx context.Context) bool {
	deadline, bounded := ctx.Deadline()
	return ctx.Err() != nil || bounded && !time.Now().Before(deadline)
}

// short tells that this machine ran out of something; a run without descriptors tells it once a second and not at every
// try.
func (p *Publishers) short(of string, err error) {
	p.mu.Lock()
	n := p.trouble.count(p.Sink.Now())
	p.mu.Unlock()
	if n > 0 {
		p.Sink.Record(history.Event{Actor: "run", What: history.OwnTrouble{Code: of, Detail: err.Error(), Count: n}})
	}
}

// stageOf returns the stage that an error names, and else the one given.
func stageOf(err error, stage string) string {
	var noTLS *target.TLSError
	if errors.As(err, &noTLS) {
		return "tls"
	}
	var refusal *rtmp.Refusal
	if errors.As(err, &refusal) && refusal.Stage != "" {
		return refusal.Stage
	}
	return stage
}

// listen reads what the server says until the connection ends or is closed. The channel holds a few words; a server
// that chatters on while nobody listens waits in its own socket, not in our memory.
func (s *Session) listen() {
	defer close(s.heard)
	for {
		status, err := s.client.Status(context.Background())
		s.heard <- heard{at: s.from.Sink.Now(), status: status, err: err}
		if told := s.told.Load(); told != nil {
			(*told)()
		}
		if err != nil {
			return
		}
	}
}

// Lost reports whether the connection has ended while nobody used it, and how.
func (s *Session) Lost() (history.Wire, string, bool) {
	for {
		select {
		case h, open := <-s.heard:
			if !open {
				return history.WireEOF, "", true
			}
			if h.err != nil {
				return target.WireOf(h.err), h.err.Error(), true
			}
		default:
			return history.WireNone, "", false
		}
	}
}

// Publish writes `publish` in one packet and returns when that write had returned. The epoch travels in every frame.
func (s *Session) Publish(epoch uint32) (sent time.Duration, refused *Failure) {
	s.epoch = epoch
	err := s.client.WritePublish(s.to.Stream)
	s.sent = s.from.Sink.Now()
	if err != nil {
		return s.sent, s.refusal("publish", target.WireOf(err), "", err.Error())
	}
	return s.sent, nil
}

// Epoch is the number of the attempt that the session serves, 0 before Publish.
func (s *Session) Epoch() uint32 { return s.epoch }

// SentAt is when the write of `publish` had returned, 0 before Publish.
func (s *Session) SentAt() time.Duration { return s.sent }

// Await returns when the server said NetStream.Publish.Start (the Failure is nil), or refused by a status, a close or
// silence. When ctx ends first the Failure's Wire is WireOurs.
func (s *Session) Await(ctx context.Context) (said time.Duration, refused *Failure) {
	timeout := time.NewTimer(cmp.Or(s.from.Patience, answerWithin))
	defer timeout.Stop()
	for {
		select {
		case <-ctx.Done():
			return 0, s.refusal("publish", history.WireOurs, "", "")
		case <-timeout.C:
			return 0, s.refusal("publish", history.WireTimeout, "", "")
		case h, open := <-s.heard:
			switch {
			case !open:
				return 0, s.refusal("publish", history.WireEOF, "", "")
			case h.err != nil:
				return 0, s.refusal("publish", target.WireOf(h.err), "", h.err.Error())
			case started(h.status):
				return h.at, nil
			case h.status.Refuses():
				return 0, s.refusal("publish", history.WireStatus, h.status.Code, h.status.Text)
			}
		}
	}
}

// started reports whether a status lets the publisher begin. SRS says NetStream.Publish.Start as onFCPublish too, before
// it has asked for the stream's lock; only onStatus counts.
func started(s rtmp.Status) bool {
	return s.Command == "onStatus" && s.Code == "NetStream.Publish.Start"
}

// masked is what the server said, without the credentials of the URL: it may quote them.
func (s *Session) masked(text string) string { return foreign.MaskBy(text, s.to.TCURL+"/"+s.to.Stream) }

func (s *Session) refusal(stage string, wire history.Wire, code, text string) *Failure {
	if wire == history.WireStatus {
		text = s.masked(text)
	}
	return &Failure{Stage: stage, Wire: wire, Code: code, Text: text, ServerID: s.ServerID, Token: s.Token, Local: s.Local, Conn: s.Conn}
}

// Sent returns how many frames and bytes of media have been written, and when the last was.
func (s *Session) Sent() (frames, bytes int64, last time.Duration) {
	return s.frames, s.bytes, s.lastSent
}

// Wire is the connection itself, for a departure. Under TLS it is the TCP connection that carries it, so that what is done
// to it comes without a close_notify.
func (s *Session) Wire() net.Conn { return target.Below(s.nc) }

// Unpublish says goodbye as OBS and ffmpeg do: FCUnpublish and deleteStream in one write, under TLS a close_notify, then
// FIN. Only the sending half is closed at once, for the answers to the goodbye are on their way, and a close with unread data
// would send RST.
func (s *Session) Unpublish() error {
	err := s.client.WriteUnpublish(s.to.Stream)
	if over, ok := s.nc.(*tls.Conn); ok {
		err = errors.Join(err, over.CloseWrite())
	}
	return errors.Join(err, s.CloseWrite())
}

// CloseWrite sends FIN and leaves the receiving half open.
func (s *Session) CloseWrite() error {
	if half, ok := s.Wire().(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return s.Wire().Close()
}

// Client is the RTMP side of the connection, for a departure.
func (s *Session) Client() *rtmp.Client { return s.client }

// Stream is the name under which the session publishes.
func (s *Session) Stream() string { return s.to.Stream }

// Hush ends the reading goroutine and waits for it. What the server sends from then on stays in the socket.
func (s *Session) Hush() {
	// A past deadline wakes the reader out of its read; what it has not said yet is thrown away, so that it can end.
	s.nc.SetReadDeadline(time.Unix(1, 0))
	for range s.heard {
	}
	s.reader.Wait()
}

// HangUp closes the connection with nothing said, so that the server sees a FIN, and no RST because of what it said last.
func (s *Session) HangUp() error {
	s.Hush()
	drain(s.Wire())
	return s.Wire().Close()
}

// Close ends the connection if it is still open, and waits for the reader. It says nothing to TLS: that would be a write,
// and could wait for a server that does not read.
func (s *Session) Close() {
	s.Wire().Close()
	for range s.heard {
	}
	s.reader.Wait()
}

// Linger reads on, saying nothing, until the server ends the connection, and returns how. ok is false when ctx ended
// first. It is what a publisher does that vanished, or that closed its sending half only.
func (s *Session) Linger(ctx context.Context) (wire history.Wire, at time.Duration, ok bool) {
	for {
		select {
		case <-ctx.Done():
			return history.WireNone, 0, false
		case h, open := <-s.heard:
			if !open {
				return history.WireEOF, s.from.Sink.Now(), true
			}
			if h.err != nil {
				return target.WireOf(h.err), h.at, true
			}
		}
	}
}
