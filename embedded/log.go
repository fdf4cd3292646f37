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
// cid names the connection, and the errno stands from WARN up. A line is written at once and in one piece: the last
// ones before a crash are those that matter.
type serverLog struct {
	pid int

	mu  sync.Mutex
	out io.Writer
	buf bytes.Buffer
}

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
	l.buf.Reset()
	l.buf.WriteByte('[')
	l.buf.Write(now.AppendFormat(l.buf.AvailableBuffer(), "2006-01-02 15:04:05.000"))
	fmt.Fprintf(&l.buf, "][%s][%d][%s]", level, l.pid, cid)
	if level != "INFO" {
		fmt.Fprintf(&l.buf, "[%d]", errno)
	}
	l.buf.WriteByte(' ')
	fmt.Fprintf(&l.buf, format, args...)
	l.buf.WriteByte('\n')
	// A log that cannot be written must not stop the streams.
	l.out.Write(l.buf.Bytes())
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
