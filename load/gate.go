package load

import (
	"context"

	"github.com/flvstorm/flvstorm/report/history"
)

// Gate stands before every dial. It closes when connections fail and opens again when one single probe gets through, so
// that a dead server is noticed and not hammered by a thousand actors. *target.Watch is one, and its Players another.
type Gate interface {
	// Wait returns nil when the gate is open, and ctx's error when ctx ends first.
	Wait(ctx context.Context) error
	// Report tells how a connection went: WireNone when the server answered, else how it failed. Only a refused, timed out
	// or unreachable one closes the gate.
	Report(wire history.Wire)
	// Touch says that something came from the server over a connection that stands. It is cheap.
	Touch()
}

// openGate is the gate of an actor that has none.
type openGate struct{}

func (openGate) Wait(ctx context.Context) error { return ctx.Err() }
func (openGate) Report(history.Wire)            {}
func (openGate) Touch()                         {}
