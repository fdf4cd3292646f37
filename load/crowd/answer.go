package crowd

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/load"
)

const (
	// maxLine bounds a line of the head of an answer, in bytes, for each player keeps the piece of one that it has.
	maxLine = 8 << 10
	// maxChunk bounds a chunk: a day of 80 Mbit/s. What is larger is no size.
	maxChunk = 1 << 40
	// maxChunkDigits and maxChunkExt bound the line of a chunk's size: zeros in front of it, and what may stand behind it.
	maxChunkDigits = 16
	maxChunkExt    = 1 << 10
)

// What is noted of an answer that is none, as PlayRefused.Text or PlayEnded.Text. It is evidence, in the words of the history
// and not of the catalogue.
var (
	errLineTooLong = errors.New("line of the head too long")
	errStatusLine  = errors.New("malformed status line")
	errHeader      = errors.New("malformed header")
	errLength      = errors.New("malformed Content-Length")
	errCoding      = errors.New("unknown Transfer-Encoding")
	errChunkSize   = errors.New("malformed chunk size")
	errChunkEnd    = errors.New("no CRLF behind a chunk")
)

// answer is the head of an answer, as far as a player wants to know.
type answer struct {
	status   int
	kind     string // Content-Type
	server   string // Server
	powered  string // X-Powered-By
	location string
	chunked  bool
	length   int64 // negative without a Content-Length

	bytes   int // of the head, interim answers included
	interim int
}

func newAnswer() *answer { return &answer{length: -1} }

// feedHead takes bytes of the head up to the end of a line, and returns what is left of b.
func (p *parser) feedHead(b []byte, r receiver) ([]byte, error) {
	n := bytes.IndexByte(b, '\n') + 1
	piece := b
	if n > 0 {
		piece = b[:n]
	}
	a := p.head
	if a.bytes += len(piece); a.bytes > load.MaxHead {
		return nil, load.ErrHeadTooLong
	}
	if len(p.kept)+len(piece) > maxLine {
		return nil, errLineTooLong
	}
	if n == 0 {
		p.kept = append(p.kept, piece...)
		return nil, nil
	}
	line := piece
	if len(p.kept) > 0 {
		line = append(p.kept, piece...)
		p.kept = p.room[:0]
	}
	// RFC 9112 §2.2: a lone LF may be taken for the end of a line.
	line = bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'})
	switch {
	case a.status == 0:
		return b[n:], a.statusLine(string(line))
	case len(line) > 0:
		return b[n:], a.header(line)
	case a.status < 200:
		if a.interim++; a.interim >= load.MaxInterim {
			return nil, load.ErrOnlyInterim
		}
		*a = answer{length: -1, bytes: a.bytes, interim: a.interim}
		return b[n:], nil
	}
	p.head = nil
	switch {
	case a.chunked:
		p.framing = inChunkSize
	case a.length >= 0:
		p.framing, p.left = counted, a.length
	default:
		p.framing = toTheEnd
	}
	if err := r.answered(a); err != nil {
		return nil, err
	}
	if a.length == 0 && !a.chunked {
		return nil, p.end()
	}
	return b[n:], nil
}

// statusLine takes the first line (RFC 9112 §4).
func (a *answer) statusLine(line string) error {
	version, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	major, minor, ok := http.ParseHTTPVersion(version)
	if !ok || major != 1 || minor > 1 || len(code) != 3 {
		return errStatusLine
	}
	status, err := strconv.ParseUint(code, 10, 16)
	if err != nil || status < 100 {
		return errStatusLine
	}
	a.status = int(status)
	return nil
}

// header takes a field. Those that nobody asks for, and the continuation of a line (RFC 9112 §5.2), are passed over.
func (a *answer) header(line []byte) error {
	if line[0] == ' ' || line[0] == '\t' {
		return nil
	}
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 {
		return errHeader
	}
	name, value := line[:colon], bytes.Trim(line[colon+1:], " \t")
	switch {
	case is(name, "Content-Type"):
		set(&a.kind, value)
	case is(name, "Server"):
		set(&a.server, value)
	case is(name, "X-Powered-By"):
		set(&a.powered, value)
	case is(name, "Location"):
		set(&a.location, value)
	case is(name, "Transfer-Encoding"):
		// Of several codings chunked would have to be the last (RFC 9112 §6.1), and nobody compresses a stream.
		switch {
		case is(value, "chunked"):
			a.chunked = true
		case !is(value, "identity"):
			return errCoding
		}
	case is(name, "Content-Length"):
		n, err := strconv.ParseInt(string(value), 10, 64)
		if err != nil || n < 0 || a.length >= 0 && a.length != n || value[0] == '+' {
			return errLength
		}
		a.length = n
	}
	return nil
}

func is(name []byte, as string) bool {
	return len(name) == len(as) && bytes.EqualFold(name, []byte(as))
}

// set keeps the first value of a field.
func set(field *string, value []byte) {
	if *field == "" {
		*field = string(value)
	}
}

// chunkByte takes one byte of what stands around the data of chunks (RFC 9112 §7.1).
func (p *parser) chunkByte(c byte) error {
	switch p.framing {
	case behindChunk:
		if c != '\r' {
			return errChunkEnd
		}
		p.framing = behindChunkC
	case behindChunkC:
		if c != '\n' {
			return errChunkEnd
		}
		p.framing, p.digits, p.left = inChunkSize, 0, 0
	case inChunkSize:
		if d, ok := hex(c); ok {
			p.left = p.left<<4 | int64(d)
			if p.digits++; p.digits > maxChunkDigits || p.left > maxChunk {
				return errChunkSize
			}
			return nil
		}
		if p.digits == 0 {
			return errChunkSize
		}
		switch c {
		case '\n':
			return p.chunkBegins()
		case '\r', ';', ' ', '\t':
			p.framing, p.digits = inChunkExt, 0
		default:
			return errChunkSize
		}
	case inChunkExt:
		if c == '\n' {
			return p.chunkBegins()
		}
		if p.digits++; p.digits > maxChunkExt {
			return errChunkSize
		}
	}
	return nil
}

// chunkBegins comes behind the line of a chunk's size. The chunk of size 0 ends the body, whatever trailers follow.
func (p *parser) chunkBegins() error {
	if p.left == 0 {
		return p.end()
	}
	p.framing = inChunk
	return nil
}

func hex(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
