package rtmp

import (
	"context"
	"fmt"
)

// maxEarly is how many statuses may come before somebody asks for them.
const maxEarly = 64

// Status is something the server said about the stream or the connection.
type Status struct {
	Command string // "onStatus", "onFCPublish", "onFCUnpublish", "_error", "_result" (to FCUnpublish only), "close"
	Level   string // "status", "warning", "error", or "" where the server sent none
	Code    string // such as "NetStream.Publish.Start"
	Text    string // the description
	// To is the command that an _error or _result answers: "publish", "FCPublish", … or "" if it answers none of ours.
	To string
}

// Refuses reports whether the status says no. An _error to releaseStream, FCPublish or FCUnpublish does not: servers
// without these commands answer so, and publish all the same. Some servers refuse with no status at all, by closing.
func (s Status) Refuses() bool {
	switch s.Command {
	case "close":
		return true
	case "_error":
		return s.To != roleNames[roleRelease] && s.To != roleNames[roleFCPublish] && s.To != roleNames[roleFCUnpublish] &&
			s.To != roleNames[roleDelete]
	}
	return s.Level == "error"
}

// Refusal is a no of the server before the stream was open.
type Refusal struct {
	Status
	Stage string // "connect" or "create"
}

// Error implements error.
func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: refused by %s %s %q", r.Stage, r.Command, r.Code, r.Text)
}

// Status waits for the next thing the server says, and answers pings meanwhile. The error is io.EOF when the server
// closed cleanly, io.ErrUnexpectedEOF when it closed inside a message, that of ctx when it ended, else what the
// connection or a *FormatError says. After the end of ctx it can be called again.
func (c *Client) Status(ctx context.Context) (Status, error) {
	if len(c.early) > 0 {
		s := c.early[0]
		c.early = c.early[1:]
		return s, nil
	}
	c.ctx = ctx
	release := bound(ctx, c.out.nc.SetReadDeadline)
	var s Status
	err := c.nextStatus(&s)
	if late := release(); late != nil && err != nil {
		err = late
	}
	if err == nil {
		// An answer to a ping may have been queued on the way. Its failure shows at the next read.
		_ = c.out.flush(ctx)
	}
	return s, err
}

// nextStatus waits for a status. While nothing comes it waits right here and not deep inside of a message: a thousand idle
// publishers are a thousand stacks.
func (c *Client) nextStatus(s *Status) error {
	for {
		if err := c.in.wait(); err != nil {
			return err
		}
		if ok, err := c.receiveStatus(s); ok || err != nil {
			return err
		}
	}
}

func (c *Client) receiveStatus(s *Status) (ok bool, err error) {
	cmd, ok, err := c.receive()
	if ok {
		*s, ok = c.toStatus(cmd)
	}
	return ok, err
}

// await reads until the command with transaction tid is answered, and keeps what is said otherwise for Status.
func (c *Client) await(stage string, tid int64) (command, error) {
	for {
		cmd, ok, err := c.receive()
		if err != nil {
			return cmd, fmt.Errorf("%s: %w", stage, err)
		}
		if !ok {
			continue
		}
		// Some servers leave the transaction out. In "create" such a _result may as well be that to FCPublish.
		ours := cmd.tid == float64(tid)
		if cmd.tid == 0 {
			_, isStream := streamOf(cmd)
			ours = stage == "connect" || cmd.name == "_error" || isStream
		}
		if cmd.name == "_result" && ours {
			return cmd, nil
		}
		s, ok := c.toStatus(cmd)
		switch {
		case !ok:
			continue
		case cmd.name == "_error" && ours, cmd.name != "_error" && s.Refuses():
			return cmd, &Refusal{Status: s, Stage: stage}
		case len(c.early) == maxEarly:
			return cmd, fmt.Errorf("%s: %w", stage, c.in.fail("%d statuses and no answer", maxEarly))
		}
		c.early = append(c.early, s)
	}
}

// toStatus reads a command as a status; ok is false for those that say nothing about us, such as onBWDone.
func (c *Client) toStatus(cmd command) (s Status, ok bool) {
	s.Command = cmd.name
	switch cmd.name {
	case "onStatus", "onFCPublish", "onFCUnpublish", "close":
	case "_error":
		s.To = c.asked(cmd.tid)
	case "_result":
		if s.To = c.asked(cmd.tid); s.To != roleNames[roleFCUnpublish] {
			return s, false
		}
	default:
		return s, false
	}
	for _, arg := range cmd.rest(3) {
		switch arg := arg.(type) {
		case map[string]any:
			s.fill(arg)
		case string:
			s.Text = arg
		}
	}
	return s, true
}

// fill takes over what an info object says.
func (s *Status) fill(info map[string]any) {
	s.Level = text(info["level"], s.Level)
	s.Code = text(info["code"], s.Code)
	s.Text = text(info["description"], s.Text)
}

// text is v in words, or other where there is none.
func text(v any, other string) string {
	switch v := v.(type) {
	case nil:
		return other
	case string:
		return v
	}
	return fmt.Sprint(v)
}
