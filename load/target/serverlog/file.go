package serverlog

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// pollEvery is how late a line of a file may be seen. A poll costs one stat and one read.
	pollEvery = 50 * time.Millisecond
	// pollBytes is how much is read before the context is looked at again.
	pollBytes = 4 << 20
	// lastBytes bounds what is still read after the end of the run: a log that runs away has no end.
	lastBytes = 64 << 20
)

// file is a log on disk, followed as `tail -F` does: through truncation, rotation, and a start before it exists.
//
// Note: a file that is truncated and has grown past the old place again between two polls looks as if it had only
// grown; what was written in between is lost. Rotation by renaming loses nothing.
type file struct {
	path   string
	f      *os.File // nil while there is none
	at     int64    // offset of the next read
	buf    []byte
	failed bool // a failure to read has been told
	absent bool // there was none at Open
}

// Open makes the follower read the file at path instead of what Write gets. It starts at the file's end as it is now, or
// at its beginning when it comes into being later. Call it before anything is attempted, so that no line is missed.
func (f *Follower) Open(path string) error {
	l := &file{path: path, buf: make([]byte, 64<<10)}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		dir := filepath.Dir(path)
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return phrase.Errorf(phrase.TargetLogNoFolder, path, dir)
		}
		l.absent = true
	case err != nil:
		return phrase.Errorf(phrase.TargetLogNotRead, path, err)
	case !info.Mode().IsRegular():
		return phrase.Errorf(phrase.TargetLogNotFile, path)
	default:
		if l.f, err = os.Open(path); err != nil {
			return phrase.Errorf(phrase.TargetLogNotRead, path, err)
		}
		if l.at, err = l.f.Seek(0, io.SeekEnd); err != nil {
			l.f.Close()
			return phrase.Errorf(phrase.TargetLogNotRead, path, err)
		}
	}
	f.file = l
	return nil
}

// Missing reports whether there was no file at Open's path yet. It may come; but it may also be a slip of the keyboard,
// which is better told before a run than after it.
func (f *Follower) Missing() bool { return f.file != nil && f.file.absent }

// followFile polls the file until ctx is done, and then reads what is there to its end.
func (f *Follower) followFile(ctx context.Context) {
	l := f.file
	defer func() {
		if l.f != nil {
			l.f.Close()
		}
	}()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	told := f.sink.Now()
	for ctx.Err() == nil {
		if f.readFile(pollBytes) {
			continue // there is more
		}
		if now := f.sink.Now(); now-told >= time.Second {
			told = now
			f.tell()
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
		}
	}
	if f.readFile(lastBytes) {
		f.trouble(phrase.English.Say(phrase.TargetLogBehind, l.path))
	}
	f.split.flush(func(line []byte) { f.line(f.sink.Now(), line) })
	if l.f == nil {
		f.trouble(phrase.English.Say(phrase.TargetLogNever, l.path))
	}
}

// readFile reads on, at most so many bytes, and goes over to the file that stands at the path now if that is another. It
// reports whether the bound ended it.
func (f *Follower) readFile(limit int) (more bool) {
	l := f.file
	for limit > 0 {
		if l.f == nil {
			file, err := os.Open(l.path)
			if err != nil {
				f.unreadable(err)
				return false
			}
			l.f, l.at = file, 0
		}
		n, err := l.f.ReadAt(l.buf, l.at)
		f.split.feed(l.buf[:n], func(line []byte) { f.line(f.sink.Now(), line) })
		l.at += int64(n)
		limit -= n
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			if n == 0 && !f.turnPage() {
				return false
			}
		default:
			f.unreadable(err)
			return false
		}
	}
	return true
}

// turnPage is called at the end of the file. It reports whether there is something else to read: the file was cut short,
// or another stands at its path.
func (f *Follower) turnPage() bool {
	l := f.file
	// The successor is looked at first: a writer that has begun it writes no more to the old one, so what the old one
	// holds after that is all it will ever hold. Until then, and while nothing stands at the path, the old one may grow.
	next, err := os.Stat(l.path)
	begun := err == nil && next.Mode().IsRegular() && next.Size() > 0
	old, err := l.f.Stat()
	switch {
	case err != nil:
		f.unreadable(err)
		return false
	case old.Size() > l.at:
		return true
	case old.Size() < l.at: // cut short
		f.split.flush(func(line []byte) { f.line(f.sink.Now(), line) })
		l.at = 0
		return old.Size() > 0
	case !begun || os.SameFile(old, next):
		return false
	}
	file, err := os.Open(l.path)
	if err != nil {
		return false
	}
	f.split.flush(func(line []byte) { f.line(f.sink.Now(), line) })
	l.f.Close()
	l.f, l.at = file, 0
	return true
}

// unreadable tells once that the log can't be read. That it isn't there yet is no trouble.
func (f *Follower) unreadable(err error) {
	if f.file.failed || errors.Is(err, fs.ErrNotExist) {
		return
	}
	f.file.failed = true
	f.trouble(phrase.English.Say(phrase.TargetLogNotRead, f.file.path, err))
}

func (f *Follower) trouble(detail string) {
	f.sink.Record(history.Event{Actor: "server", What: history.OwnTrouble{Code: "log-unread", Detail: detail}})
}
