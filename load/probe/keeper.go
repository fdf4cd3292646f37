package probe

import (
	"bufio"
	"errors"
	"io"
	"os"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// keeper passes a stream on and writes it to a file. The file is made when the stream has begun as FLV does, and ends behind
// the last whole tag. When it can't be written the stream goes on without it.
type keeper struct {
	path string // "" for none
	from io.Reader

	file    *os.File
	out     *bufio.Writer
	head    []byte // the first bytes, until they are enough to tell FLV
	begun   bool
	written int64
	upTo    int64 // behind the last whole tag
	err     error
}

// Read reads the stream.
func (k *keeper) Read(p []byte) (int, error) {
	n, err := k.from.Read(p)
	if k.path != "" && k.err == nil && n > 0 {
		k.err = k.keep(p[:n])
	}
	return n, err
}

// keep writes what came.
func (k *keeper) keep(b []byte) error {
	if !k.begun {
		k.head = append(k.head, b...)
		if len(k.head) < flv.HeaderSize {
			return nil
		}
		b, k.head, k.begun = k.head, nil, true
		if string(b[:3]) != "FLV" {
			k.path = ""
			return nil
		}
		var err error
		if k.file, err = os.OpenFile(k.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); err != nil {
			return err
		}
		k.out = bufio.NewWriterSize(k.file, 256<<10)
	}
	n, err := k.out.Write(b)
	k.written += int64(n)
	return err
}

// whole says that all up to an offset of the stream are whole tags.
func (k *keeper) whole(offset int64) { k.upTo = max(k.upTo, offset) }

// close ends the file, and returns how many bytes it has. A file that would hold nothing is not there.
func (k *keeper) close() (int64, error) {
	if k.file != nil {
		err := k.out.Flush()
		if size := min(k.upTo, k.written); err == nil && k.err == nil && size < k.written {
			err = k.file.Truncate(size)
			k.written = size
		}
		err = errors.Join(err, k.file.Close())
		if k.err == nil {
			k.err = err
		}
		if k.upTo == 0 && k.err == nil {
			k.written, k.err = 0, os.Remove(k.path)
		}
	}
	if k.err == nil {
		return k.written, nil
	}
	var path *os.PathError
	if errors.As(k.err, &path) {
		return 0, phrase.Errorf(phrase.ProbeSaveFailed, k.path, path.Err)
	}
	return 0, phrase.Errorf(phrase.ProbeSaveFailed, k.path, k.err)
}
