package launch

import (
	"context"
	"errors"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Ready runs wait, which returns when the server can be used, and records that it is ready. When the server ends first,
// wait's context is cancelled and the error says how it ended. When ctx's time is over first, the error says what wait
// said last, and where the server listens instead if it does.
//
// wait may be run again later: when the process that was started ends well and leaves another behind, it tells whether
// that has become the server.
func (p *Process) Ready(ctx context.Context, wait func(context.Context) error) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.gone, cancel)()
	err := wait(waiting)
	switch {
	case p.gone.Err() != nil:
		return phrase.Errorf(phrase.TargetDied, p.name, p.end.text, p.lastWords())
	case err == nil:
		p.readyMu.Lock()
		p.wait, p.seen = wait, p.look()
		p.readyMu.Unlock()
		p.record("ready", ending{})
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		if at := p.listens(); len(at) > 0 {
			return phrase.Errorf(phrase.ProcessElsewhere, p.name, err, phrase.Names(at), p.lastWords())
		}
		return phrase.Errorf(phrase.TargetNotReady, p.name, p.lastWords(), err)
	default:
		return err
	}
}
