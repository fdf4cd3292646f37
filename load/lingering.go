package load

import (
	"net"
	"time"
)

// lingering are the ended connections that a player keeps open, neither reading nor closing them, oldest first.
type lingering struct {
	kept []kept
}

type kept struct {
	nc   net.Conn
	stop *time.Timer
}

// keep holds nc open for LingerFor.
func (l *lingering) keep(nc net.Conn) {
	if len(l.kept) == maxLingering {
		l.kept[0].close()
		l.kept = append(l.kept[:0], l.kept[1:]...)
	}
	l.kept = append(l.kept, kept{nc: nc, stop: time.AfterFunc(LingerFor, func() { nc.Close() })})
}

func (l *lingering) closeAll() {
	for _, k := range l.kept {
		k.close()
	}
	l.kept = nil
}

// close may come after the timer's own; closing twice does no harm.
func (k kept) close() {
	k.stop.Stop()
	k.nc.Close()
}
