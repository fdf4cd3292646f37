package rtmp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/yutopp/go-amf0"
)

// What a stranger's AMF0 may ask for. onMetaData with an index of all keyframes is the largest there is in practice:
// some 20,000 numbers.
const (
	amfSize   = 1 << 20
	amfValues = 1 << 16
	amfDepth  = 32
)

var (
	errAMFSize   = fmt.Errorf("AMF0: more than %d bytes", amfSize)
	errAMFValues = fmt.Errorf("AMF0: more than %d values", amfValues)
	errAMFDepth  = fmt.Errorf("AMF0: nested deeper than %d", amfDepth)
	errAMFShort  = errors.New("AMF0: ends inside a value")
	errAMFCount  = errors.New("AMF0: an array announces more elements than there are bytes")
	errAMFEnd    = errors.New("AMF0: an end of object outside of an object")
)

// amfReader reads AMF0 values one after the other. It allocates in proportion to the bytes that are there, never to what
// they announce, and copies what it hands out.
type amfReader struct {
	b     []byte // the rest
	count int    // values read, nested ones too
	depth int
}

// next reads one value: nil (null, undefined, unsupported, references), float64, bool, string (also long strings and XML),
// time.Time, []any, or map[string]any for objects of every kind.
func (r *amfReader) next() (any, error) {
	if len(r.b) > amfSize {
		return nil, errAMFSize
	}
	if r.count++; r.count > amfValues {
		return nil, errAMFValues
	}
	marker, err := r.take(1)
	if err != nil {
		return nil, err
	}
	switch amf0.Marker(marker[0]) {
	case amf0.MarkerNumber:
		b, err := r.take(8)
		if err != nil {
			return nil, err
		}
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	case amf0.MarkerBoolean:
		b, err := r.take(1)
		if err != nil {
			return nil, err
		}
		return b[0] != 0, nil
	case amf0.MarkerString:
		return r.text(2)
	case amf0.MarkerLongString, amf0.MarkerXMLDocument:
		return r.text(4)
	case amf0.MarkerNull, amf0.MarkerUndefined, amf0.MarkerUnsupported:
		return nil, nil
	case amf0.MarkerReference:
		_, err := r.take(2)
		return nil, err
	case amf0.MarkerDate:
		b, err := r.take(10)
		if err != nil {
			return nil, err
		}
		ms := math.Float64frombits(binary.BigEndian.Uint64(b))
		return time.UnixMilli(int64(ms)).UTC(), nil
	case amf0.MarkerObject:
		return r.object()
	case amf0.MarkerEcmaArray:
		// Its count is a hint that writers get wrong; the end marker counts.
		if _, err := r.take(4); err != nil {
			return nil, err
		}
		return r.object()
	case amf0.MarkerTypedObject:
		if _, err := r.text(2); err != nil {
			return nil, err
		}
		return r.object()
	case amf0.MarkerStrictArray:
		return r.array()
	case amf0.MarkerObjectEnd:
		return nil, errAMFEnd
	}
	return nil, fmt.Errorf("AMF0: unknown marker %#x", marker[0])
}

// object reads properties up to the end of an object.
func (r *amfReader) object() (any, error) {
	if r.depth++; r.depth > amfDepth {
		return nil, errAMFDepth
	}
	object := make(map[string]any)
	for {
		size, err := r.take(2)
		if err != nil {
			return nil, err
		}
		key, err := r.take(int(binary.BigEndian.Uint16(size)))
		if err != nil {
			return nil, err
		}
		if len(key) == 0 && len(r.b) > 0 && amf0.Marker(r.b[0]) == amf0.MarkerObjectEnd {
			r.b = r.b[1:]
			r.depth--
			return object, nil
		}
		v, err := r.next()
		if err != nil {
			return nil, err
		}
		object[string(key)] = v
	}
}

// array reads a strict array. Every element takes at least a byte, so a count above the rest is a lie.
func (r *amfReader) array() (any, error) {
	if r.depth++; r.depth > amfDepth {
		return nil, errAMFDepth
	}
	b, err := r.take(4)
	if err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(b)
	if uint64(n) > uint64(len(r.b)) {
		return nil, errAMFCount
	}
	if uint64(n) > uint64(amfValues-r.count) {
		return nil, errAMFValues
	}
	array := make([]any, 0, min(n, 64))
	for range n {
		v, err := r.next()
		if err != nil {
			return nil, err
		}
		array = append(array, v)
	}
	r.depth--
	return array, nil
}

// text reads a string whose length takes size bytes.
func (r *amfReader) text(size int) (any, error) {
	b, err := r.take(size)
	if err != nil {
		return nil, err
	}
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	if n > uint64(len(r.b)) {
		return nil, errAMFShort
	}
	b, err = r.take(int(n))
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// take takes n bytes off the rest.
func (r *amfReader) take(n int) ([]byte, error) {
	if n > len(r.b) {
		return nil, errAMFShort
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b, nil
}
