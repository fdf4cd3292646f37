package flv

import (
	"encoding/binary"
	"fmt"
	"io"
)

// AppendHeader appends the file header and PreviousTagSize0.
func AppendHeader(dst []byte, audio, video bool) []byte {
	var flags byte
	if audio {
		flags |= 0x04
	}
	if video {
		flags |= 0x01
	}
	return append(dst, 'F', 'L', 'V', 1, flags, 0, 0, 0, HeaderSize, 0, 0, 0, 0)
}

// AppendTagHeader appends the header of a tag whose body has size bytes, at most MaxBodySize.
func AppendTagHeader(dst []byte, t TagType, timestamp uint32, size int) []byte {
	return append(dst, byte(t),
		byte(size>>16), byte(size>>8), byte(size),
		byte(timestamp>>16), byte(timestamp>>8), byte(timestamp), byte(timestamp>>24),
		0, 0, 0)
}

// AppendTrailer appends the PreviousTagSize of a tag whose body has size bytes.
func AppendTrailer(dst []byte, size int) []byte {
	return binary.BigEndian.AppendUint32(dst, uint32(TagHeaderSize+size))
}

// AppendTag appends a whole tag: header, the parts of its body one behind the other, PreviousTagSize. The body may have at
// most MaxBodySize bytes in all.
func AppendTag(dst []byte, t TagType, timestamp uint32, body ...[]byte) []byte {
	size := 0
	for _, part := range body {
		size += len(part)
	}
	dst = AppendTagHeader(dst, t, timestamp, size)
	for _, part := range body {
		dst = append(dst, part...)
	}
	return AppendTrailer(dst, size)
}

// Writer writes an FLV stream, one Write of the underlying writer for each tag, so that a tag is torn only where the
// underlying writer tears it. Not for use by several goroutines at once.
type Writer struct {
	w   io.Writer
	buf []byte
}

// NewWriter returns a Writer on w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// WriteHeader writes the file header and PreviousTagSize0.
func (w *Writer) WriteHeader(audio, video bool) error {
	w.buf = AppendHeader(w.buf[:0], audio, video)
	return w.flush()
}

// WriteTag writes one tag, its body given in parts.
func (w *Writer) WriteTag(t TagType, timestamp uint32, body ...[]byte) error {
	size := 0
	for _, part := range body {
		size += len(part)
	}
	if size > MaxBodySize {
		return fmt.Errorf("write flv tag: body of %d bytes is longer than the %d that the format can say", size, MaxBodySize)
	}
	w.buf = AppendTag(w.buf[:0], t, timestamp, body...)
	return w.flush()
}

// flush writes what was appended.
func (w *Writer) flush() error {
	if _, err := w.w.Write(w.buf); err != nil {
		return fmt.Errorf("write flv: %w", err)
	}
	return nil
}
