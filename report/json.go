package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// WriteJSON writes the document.
func (r Result) WriteJSON(w io.Writer) error { return writeDocument(w, r) }

// writeDocument writes a document. Characters that a terminal might obey, which can only stand inside of strings, are
// escaped: the server under test wrote some of those strings, and a document may be looked at with cat.
func writeDocument(w io.Writer, document any) error {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("write the result as JSON: %w", err)
	}
	out := make([]byte, 0, plain.Len())
	for _, c := range plain.String() {
		switch {
		case c == '\n' || unicode.IsPrint(c):
			out = append(out, string(c)...)
		case c > 0xFFFF:
			// RFC 8259, section 7: beyond the basic plane as a surrogate pair.
			c -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+(c>>10), 0xDC00+(c&0x3FF))
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
	}
	_, err := w.Write(out)
	return err
}

// SaveJSON writes the document to a file, which is whole or not there at all.
func (r Result) SaveJSON(path string) error {
	if err := save(path, r.WriteJSON); err != nil {
		return phrase.Errorf(phrase.JSONNotWritten, path, err)
	}
	return nil
}
