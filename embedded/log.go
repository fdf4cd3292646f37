package embedded

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// serverLog is the log of the server, shaped like that of SRS, so that everything which reads the log of a real server
// reads this one in the same way:
//
//	[time][LEVEL][pid][cid][errno] text
//
// cid names the connection, and the errno stands from WARN up. Lines at INFO may wait for a few milliseconds to be written
// together, for who reads the log pays for each write; one above goes out at once, with those before it.
type serverLog struct {
	pid int

	mu    sync.Mutex
	out   io.Writer
	buf   bytes.Buffer
	timer *time.Timer // writes later; nil until it is needed
	armed bool
}

// logPatience is how long a line may wait, logBuffer how many bytes may.
const (
	logPatience = 5 * time.Millisecond
	logBuffer   = 32 << 10
)

func (l *serverLog) info(cid, format string, args ...any) { l.line("INFO", cid, 0, format, args) }

// warn and fail take the errno that led to the line.
func (l *serverLog) warn(cid string, errno int, format string, args ...any) {
	l.line("WARN", cid, errno, format, args)
}

func (l *serverLog) fail(cid string, errno int, format string, args ...any) {
	l.line("ERROR", cid, errno, format, args)
}

func (l *serverLog) line(level, cid string, errno int, format string, args []any) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.WriteByte('[')
	l.buf.Write(now.AppendFormat(l.buf.AvailableBuffer(), "2006-01-02 15:04:05.000"))
	fmt.Fprintf(&l.buf, "][%s][%d][%s]", level, l.pid, cid)
	if level != "INFO" {
		fmt.Fprintf(&l.buf, "[%d]", errno)
	}
	l.buf.WriteByte(' ')
	fmt.Fprintf(&l.buf, format, args...)
	l.buf.WriteByte('\n')
	switch {
	case level != "INFO" || l.buf.Len() >= logBuffer:
		l.write()
	case l.armed:
	case l.timer == nil:
		l.armed = true
		l.timer = time.AfterFunc(logPatience, l.flush)
	default:
		l.armed = true
		l.timer.Reset(logPatience)
	}
}

// flush writes what waits.
func (l *serverLog) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = false
	l.write()
}

// write is flush with the lock held. A log that cannot be written must not stop the streams.
func (l *serverLog) write() {
	if l.buf.Len() > 0 {
		l.out.Write(l.buf.Bytes())
		l.buf.Reset()
	}
}

// newCID returns a name for a connection: eight letters or digits, as in SRS.
func newCID() string {
	const letters = "0123456789abcdefghijklmnopqrstuvwxyz"
	var id [8]byte
	for i, n := 0, rand.Uint64(); i < len(id); i++ {
		id[i] = letters[n%36]
		n /= 36
	}
	return string(id[:])
}
