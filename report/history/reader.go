package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

const (
	// maxLine bounds one event, maxHeader the first line, which holds the plan.
	maxLine   = 1 << 20
	maxHeader = 32 << 20
	// maxWindow bounds what a frame of a stranger can make the decoder allocate.
	maxWindow = 8 << 20
)

// CutError says that a history ends in the middle of a frame or a line: the run was killed, or the disk was full. What
// was read before it is good.
type CutError struct {
	Seq   int64 // the last event that was read
	Cause error
}

func (e *CutError) Error() string { return phrase.English.Say(phrase.HistoryCut, e.Seq) }

// Unwrap returns the cause.
func (e *CutError) Unwrap() error { return e.Cause }

// Reader reads a history from its start.
type Reader struct {
	name   string
	header Header
	close  func() error
	zstd   *zstd.Decoder
	lines  *bufio.Reader
	line   []byte
	plain  *plain
	seq    int64
	err    error
}

// Open opens the history in a run's folder. Errors are sentences for the user.
func Open(dir string) (*Reader, error) {
	path := filepath.Join(dir, FileName)
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, phrase.Errorf(phrase.HistoryMissing, dir, FileName, err)
		}
		return nil, phrase.Errorf(phrase.HistoryNotRead, path, err)
	}
	r, err := NewReader(f, path)
	if err != nil {
		f.Close()
		return nil, err
	}
	r.close = f.Close
	return r, nil
}

// NewReader reads a history from src; name stands in errors.
func NewReader(src io.Reader, name string) (*Reader, error) {
	dec, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow),
		zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, phrase.Errorf(phrase.HistoryGarbage, name, err)
	}
	r := &Reader{name: name, zstd: dec, lines: bufio.NewReaderSize(dec, 64<<10), plain: newPlain()}
	if err := r.readHeader(); err != nil {
		dec.Close()
		return nil, err
	}
	return r, nil
}

func (r *Reader) readHeader() error {
	line, err := r.next(maxHeader)
	if err != nil {
		return phrase.Errorf(phrase.HistoryGarbage, r.name, err)
	}
	var schema struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(line, &schema); err != nil {
		return phrase.Errorf(phrase.HistoryGarbage, r.name, err)
	}
	if schema.Schema != Schema {
		return phrase.Errorf(phrase.HistorySchema, r.name, schema.Schema, Schema)
	}
	if err := json.Unmarshal(line, &r.header); err != nil {
		return phrase.Errorf(phrase.HistoryGarbage, r.name, err)
	}
	return nil
}

// Header is what judging the run again needs.
func (r *Reader) Header() Header { return r.header }

// Next returns the next event. It ends with io.EOF, with a *CutError where the file was torn, or with a sentence for
// the user where it holds something else than events; the same error comes again after that.
func (r *Reader) Next() (Event, error) {
	if r.err != nil {
		return Event{}, r.err
	}
	line, err := r.next(maxLine)
	if err != nil {
		r.err = err
		return Event{}, err
	}
	ev, ok := r.plain.event(line)
	if !ok {
		if ev, err = decodeEvent(line); err != nil {
			r.err = phrase.Errorf(phrase.HistoryBadEvent, r.name, r.seq, err)
			return Event{}, r.err
		}
	}
	r.seq, ev.What = ev.Seq, within(ev.What)
	return ev, nil
}

// next reads a line of at most limit bytes, without its line break; it is valid until the next call.
func (r *Reader) next(limit int) ([]byte, error) {
	r.line = r.line[:0]
	for {
		part, err := r.lines.ReadSlice('\n')
		if len(r.line)+len(part) > limit {
			return nil, phrase.Errorf(phrase.HistoryLongLine, r.name, r.seq, limit)
		}
		r.line = append(r.line, part...)
		switch {
		case err == nil:
			return bytes.TrimSuffix(r.line, []byte("\n")), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(r.line) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, &CutError{Seq: r.seq, Cause: io.ErrUnexpectedEOF}
		default:
			return nil, phrase.Errorf(phrase.HistoryBadEvent, r.name, r.seq, err)
		}
	}
}

// Close lets go of the file.
func (r *Reader) Close() error {
	r.zstd.Close()
	if r.close == nil {
		return nil
	}
	return r.close()
}
