package history

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

const (
	// FileName is the history's name in a run's folder.
	FileName = "history.jsonl.zst"
	// Schema is the format that this package writes, and the only one it reads.
	Schema = "flvstorm.history/1"
	// frameSize is how many bytes of lines are gathered before they are written although the second is not over.
	frameSize = 256 << 10
)

// file is a history being written: lines of JSON, gathered and written as one zstd frame at a time. A frame is complete
// in itself and carries a checksum, so a file that ends early is good up to its last whole frame.
type file struct {
	f     *os.File
	lines *encoder
	zstd  *zstd.Encoder
	frame []byte
	good  int64 // bytes on disk up to the end of the last whole frame
}

func createFile(dir string, h Header) (*file, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, phrase.Errorf(phrase.HistoryNoFolder, dir, err)
	}
	path := filepath.Join(dir, FileName)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, phrase.Errorf(phrase.HistoryExists, dir, err)
	case err != nil:
		return nil, phrase.Errorf(phrase.HistoryNoFolder, dir, err)
	}
	w, err := startFile(f, h)
	if err != nil {
		os.Remove(path)
		return nil, phrase.Errorf(phrase.HistoryNotWritten, path, err)
	}
	return w, nil
}

// startFile writes the header to f, which it closes when that fails.
func startFile(f *os.File, h Header) (*file, error) {
	// One frame at a time, from one goroutine: no helpers of the encoder's own.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithWindowSize(frameSize))
	if err != nil {
		f.Close()
		return nil, err
	}
	w := &file{f: f, lines: newEncoder(), zstd: enc}
	err = w.lines.line(h)
	if err == nil {
		err = w.flush()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return w, nil
}

// event adds one line, and writes a frame when enough have gathered.
func (w *file) event(e Event) error {
	if err := w.lines.event(e); err != nil {
		return err
	}
	if w.lines.buf.Len() >= frameSize {
		return w.flush()
	}
	return nil
}

// flush writes the gathered lines as one frame.
func (w *file) flush() error {
	if w.lines.buf.Len() == 0 {
		return nil
	}
	w.frame = w.zstd.EncodeAll(w.lines.buf.Bytes(), w.frame[:0])
	w.lines.buf.Reset()
	n, err := w.f.Write(w.frame)
	if err != nil {
		return err
	}
	w.good += int64(n)
	return nil
}

// close writes the rest. A file system may report a full disk only at close.
func (w *file) close() error {
	return errors.Join(w.flush(), w.f.Close(), w.zstd.Close())
}

// abandon ends the file after a write failed, at its last whole frame where the system lets it.
func (w *file) abandon() {
	w.f.Truncate(w.good)
	w.f.Close()
	w.zstd.Close()
}
