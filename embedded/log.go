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
// cid names the connection, and the errno stands from WARN up. A log that cannot be written stops no stream: lines are kept
// in memory, bounded, and one goroutine writes them. What finds no room is counted, and the count is written once there is.
// Lines at INFO may wait for a few milliseconds to be written together, for who reads the log pays for each write.
type serverLog struct {
	pid int
	out io.Writer

	wake  chan struct{} // there is something to write
	ended chan struct{} // closed when nothing more is to come
	done  sync.WaitGroup

	mu      sync.Mutex
	buf     bytes.Buffer    // whole lines
	lost    int             // lines that found no room in buf
	flushes []chan struct{} // closed when what stands in buf is written
	timer   *time.Timer     // wakes later; nil until it is needed
	armed   bool
}

const (
	logPatience = 5 * time.Millisecond // for a line
	logBatch    = 32 << 10             // bytes that don't wait
	logBuffer   = 1 << 20              // bytes that are kept while a write takes its time
	// logFarewell is how long the last lines of a server may take to be written.
	logFarewell = time.Second
)

func newServerLog(out io.Writer, pid int) *serverLog {
	return &serverLog{pid: pid, out: out, wake: make(chan struct{}, 1), ended: make(chan struct{})}
}

// start starts the writer. Lines that came before are kept for it.
func (l *serverLog) start() { l.done.Go(l.cycle) }

// stop ends the writer with the last line written, or leaves it behind in a write that doesn't end.
func (l *serverLog) stop() {
	written := l.flush()
	close(l.ended)
	if written {
		l.done.Wait()
	}
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
	if l.buf.Len() >= logBuffer {
		l.lost++
		return
	}
	l.append(&l.buf, now, level, cid, errno, format, args)
	switch {
	case level != "INFO" || l.buf.Len() >= logBatch:
		l.wakeUp()
	case l.armed:
	case l.timer == nil:
		l.armed = true
		l.timer = time.AfterFunc(logPatience, l.wakeUp)
	default:
		l.armed = true
		l.timer.Reset(logPatience)
	}
}

func (l *serverLog) append(b *bytes.Buffer, now time.Time, level, cid string, errno int, format string, args []any) {
	b.WriteByte('[')
	b.Write(now.AppendFormat(b.AvailableBuffer(), "2006-01-02 15:04:05.000"))
	fmt.Fprintf(b, "][%s][%d][%s]", level, l.pid, cid)
	if level != "INFO" {
		fmt.Fprintf(b, "[%d]", errno)
	}
	b.WriteByte(' ')
	fmt.Fprintf(b, format, args...)
	b.WriteByte('\n')
}

// flush waits until everything so far is written, and says whether it is; but not for long.
func (l *serverLog) flush() bool {
	written := make(chan struct{})
	l.mu.Lock()
	l.flushes = append(l.flushes, written)
	l.mu.Unlock()
	l.wakeUp()
	timeout := time.NewTimer(logFarewell)
	defer timeout.Stop()
	select {
	case <-written:
		return true
	case <-timeout.C:
		return false
	}
}

// wakeUp has the writer look.
func (l *serverLog) wakeUp() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// cycle is the life of the writer.
func (l *serverLog) cycle() {
	var lines bytes.Buffer
	for {
		select {
		case <-l.wake:
		case <-l.ended:
			return
		}
		l.mu.Lock()
		lines, l.buf = l.buf, lines
		lost, flushes := l.lost, l.flushes
		l.lost, l.flushes, l.armed = 0, nil, false
		l.mu.Unlock()
		if lost > 0 {
			l.append(&lines, time.Now(), "WARN", newCID(), 0, "log: %d lines found no room", []any{lost})
		}
		if lines.Len() > 0 {
			l.out.Write(lines.Bytes()) // there is nobody to tell that it failed
			lines.Reset()
		}
		for _, written := range flushes {
			close(written)
		}
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
