package embedded

import (
	"github.com/flvstorm/flvstorm/internal/flv"
)

// batch is some whole FLV tags that go to every viewer in one write, made once and shared by all of them. It is never
// changed after it was sealed.
//
// The tags lie inside the framing of one HTTP/1.1 chunk (RFC 9112 §7.1), so that a viewer who gets chunks and one who
// doesn't are given different ends of the same bytes.
type batch struct {
	framed []byte // "00001f4c" CRLF tags CRLF
	entry  bool   // a viewer may begin here: with a keyframe, or anywhere in a stream without video
	begins uint32 // timestamp of the first tag
}

const (
	chunkHead = 8 + 2 // eight hex digits: leading zeros are allowed, and a fixed width lets the tags come first
	chunkTail = 2
	// finalChunk ends a chunked body.
	finalChunk = "0\r\n\r\n"
)

// bytes returns what is written to a viewer.
func (b *batch) bytes(chunked bool) []byte {
	if chunked {
		return b.framed
	}
	return b.framed[chunkHead : len(b.framed)-chunkTail]
}

// seal writes the framing around the tags that begin at chunkHead.
func seal(framed []byte, entry bool) *batch {
	const digits = "0123456789abcdef"
	size := len(framed) - chunkHead
	for i := 7; i >= 0; i-- {
		framed[i] = digits[size&15]
		size >>= 4
	}
	framed[8], framed[9] = '\r', '\n'
	framed = append(framed, '\r', '\n')
	return &batch{framed: framed[:len(framed):len(framed)], entry: entry}
}

// gatherer makes batches of tags. The batches are cut from blocks that are allocated ahead, so that a stream of small tags
// does not cost an allocation each. A block grows with what the publisher sends and is freed by the garbage collector
// when the last viewer and the GOP cache are done with the batches in it.
type gatherer struct {
	block  []byte // free bytes at the end of the current block, length zero
	size   int    // of the current block
	open   []byte // the batch under way: chunkHead bytes, then tags; nil when there is none
	entry  bool
	begins uint32
	sealed []*batch
	bytes  int // of tags since the last take
}

const (
	firstBlock = 4 << 10
	lastBlock  = 64 << 10
)

// add appends a tag. An entry begins a batch.
func (g *gatherer) add(t flv.TagType, timestamp uint32, body []byte, entry bool) {
	if entry {
		g.close()
	}
	need := flv.TagHeaderSize + len(body) + flv.TrailerSize
	if g.open != nil && cap(g.open)-len(g.open) < need+chunkTail {
		g.close()
	}
	if g.open == nil {
		g.begin(need)
		g.entry, g.begins = entry, timestamp
	}
	g.open = flv.AppendTag(g.open, t, timestamp, body)
	g.bytes += need
}

// last returns the tag that was added last, whose body has size bytes, with its PreviousTagSize behind it.
func (g *gatherer) last(size int) []byte {
	return g.open[len(g.open)-flv.TagHeaderSize-size-flv.TrailerSize:]
}

// begin opens a batch with room for at least need bytes of tags.
func (g *gatherer) begin(need int) {
	need += chunkHead + chunkTail
	if cap(g.block) < need {
		g.size = min(max(2*g.size, firstBlock), lastBlock)
		g.block = make([]byte, 0, max(need, g.size))
	}
	g.open = g.block[:chunkHead]
}

// close seals the batch under way.
func (g *gatherer) close() {
	if g.open == nil {
		return
	}
	b := seal(g.open, g.entry)
	b.begins = g.begins
	g.sealed = append(g.sealed, b)
	g.block = g.block[len(b.framed):len(b.framed):cap(g.block)]
	g.open = nil
}

// empty says that there is nothing to take.
func (g *gatherer) empty() bool { return g.open == nil && len(g.sealed) == 0 }

// take returns the batches since the last take. The slice is valid until the next add, and the caller clears it: what the
// gatherer keeps of it for the next batches must not keep these.
func (g *gatherer) take() []*batch {
	g.close()
	taken := g.sealed
	g.sealed, g.bytes = g.sealed[:0], 0
	return taken
}
