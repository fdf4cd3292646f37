package flv_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzScanner: whatever the bytes, the scanner ends, says the same however short the reads are, and what it accepts whole is
// what the writer makes of the same tags.
func FuzzScanner(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("<html>"))
	f.Add(flv.AppendHeader(nil, true, true))
	f.Add(stream()[:300])
	small := flv.AppendTag(flv.AppendHeader(nil, false, true), flv.Video, 40, []byte{0x17, 1, 0, 0, 0, 9})
	f.Add(small)
	f.Add(flv.AppendTag(small, flv.Audio, 41, []byte{0xaf, 1, 0}))
	f.Add(small[:len(small)-1])
	encrypted := bytes.Clone(small)
	encrypted[13] |= 0x20
	f.Add(encrypted)
	f.Add(flv.AppendTagHeader(flv.AppendHeader(nil, true, true), flv.Script, 0, flv.MaxBodySize))
	f.Fuzz(func(t *testing.T, in []byte) {
		tags, err := scan(flv.NewScanner(bytes.NewReader(in)))
		short, shortErr := scan(flv.NewScannerWith(iotest.OneByteReader(bytes.NewReader(in)), flv.Options{BufferSize: 1}))
		if diff := cmp.Diff(tags, short, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-whole +short reads)\n%s", diff)
		}
		if diff := cmp.Diff(err, shortErr, cmp.Comparer(func(a, b error) bool { return a.Error() == b.Error() })); diff != "" {
			t.Fatalf("(-whole +short reads)\n%s", diff)
		}
		var format *flv.FormatError
		var cut *flv.CutError
		switch {
		case errors.As(err, &format):
			if format.Offset < 0 || format.Offset >= int64(len(in)) {
				t.Fatalf("%v lies outside of %d bytes", err, len(in))
			}
		case errors.As(err, &cut):
			if cut.Offset != int64(len(in)) || cut.Tag > cut.Offset {
				t.Fatalf("%v in %d bytes", err, len(in))
			}
		case err != io.EOF:
			t.Fatal(err)
		}
		again, err := rewrite(bytes.NewReader(in))
		if err == io.EOF && in[4]&^5 == 0 && in[8] == flv.HeaderSize && !bytes.Equal(in, again) {
			t.Fatalf("%x was written as %x", in, again)
		}
	})
}
