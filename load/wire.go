package load

import (
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// WireOf says how a connection failed or ended, from the error that a dial, a read or a write returned.
func WireOf(err error) history.Wire { return target.WireOf(err) }

// OwnLimit returns the code of history.OwnTrouble for errors that say that *we* ran out of something (descriptors,
// ports, memory), and "" for all others: those are the server's or the network's.
func OwnLimit(err error) string { return target.OwnLimit(err) }
