package flv

import (
	"fmt"
	"io"
)

// Fault is one way in which bytes are not FLV.
type Fault string

const (
	// BadSignature, BadVersion and BadDataOffset are of the file header (E.2). Nothing can follow them.
	BadSignature  Fault = "no FLV signature"
	BadVersion    Fault = "FLV version is not 1"
	BadDataOffset Fault = "DataOffset out of bounds"

	// The others are of one tag whose size is known, so that the scan can go on.
	BadPreviousTagSize Fault = "PreviousTagSize does not match the tag before it" // E.3
	BadTagType         Fault = "unknown tag type"                                 // E.4.1
	Encrypted          Fault = "tag is encrypted (filter bit set)"                // E.4.1, annex F
	BadStreamID        Fault = "StreamID is not 0"                                // E.4.1
	SecondHeader       Fault = "a file header where a tag should stand"           // E.2; the scan goes on behind it
)

// FormatError says that the bytes at Offset are not FLV. After one about a tag, Next may be called again: it goes on with
// the tag behind, which means something only if the sizes were right. After one about the file header it returns the same again.
type FormatError struct {
	Offset int64  // of the wrong field in the stream
	What   Fault  // to branch on
	Got    uint32 // the value found
	Want   uint32 // the value that would have been right, where there is one
}

// Error says where and what.
func (e *FormatError) Error() string {
	switch e.What {
	case BadPreviousTagSize:
		return fmt.Sprintf("flv: byte %d: %s: %d instead of %d", e.Offset, e.What, e.Got, e.Want)
	case BadSignature, BadTagType:
		return fmt.Sprintf("flv: byte %d: %s: %#x", e.Offset, e.What, e.Got)
	case Encrypted, SecondHeader:
		return fmt.Sprintf("flv: byte %d: %s", e.Offset, e.What)
	}
	return fmt.Sprintf("flv: byte %d: %s: %d", e.Offset, e.What, e.Got)
}

// CutError says that the stream ended where it must not: inside the file header, a tag or a PreviousTagSize. A stream that
// ended before its first byte is cut at Offset 0.
type CutError struct {
	Offset int64 // how many bytes the stream had
	Tag    int64 // where the cut tag begins; 0 if the file header was cut
}

// Error says where.
func (e *CutError) Error() string {
	if e.Tag == 0 {
		return fmt.Sprintf("flv: cut at byte %d, inside the file header", e.Offset)
	}
	return fmt.Sprintf("flv: cut at byte %d, inside the tag at byte %d", e.Offset, e.Tag)
}

// Unwrap makes errors.Is(err, io.ErrUnexpectedEOF) true.
func (e *CutError) Unwrap() error { return io.ErrUnexpectedEOF }
