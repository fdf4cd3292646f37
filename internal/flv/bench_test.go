package flv_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
	goflv "github.com/yutopp/go-flv"
	"github.com/yutopp/go-flv/tag"
)

// tenSeconds is as much of a 2 Mbit/s stream: 25 frames of 10,000 bytes a second and 47 of sound.
func tenSeconds() []byte {
	b := flv.AppendHeader(nil, true, true)
	for v, a := 0, 0; v < 250; {
		if v*48000 <= a*1024*25 {
			b = flv.AppendTag(b, flv.Video, uint32(v*40), []byte{0x27, 1, 0, 0, 0}, make([]byte, 9980))
			v++
			continue
		}
		b = flv.AppendTag(b, flv.Audio, uint32(a*1024/48), []byte{0xaf, 1}, make([]byte, 70))
		a++
	}
	return b
}

// BenchmarkScan scans ten seconds of a 2 Mbit/s stream.
func BenchmarkScan(b *testing.B) {
	file := tenSeconds()
	r := bytes.NewReader(file)
	s := flv.NewScanner(onlyReader{r})
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(file)
		s.Reset(onlyReader{r})
		for {
			if _, err := s.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkScanGoFLV is the same with go-flv, which has to read every body.
func BenchmarkScanGoFLV(b *testing.B) {
	file := tenSeconds()
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		dec, err := goflv.NewDecoder(fullReader{bytes.NewReader(file)})
		if err != nil {
			b.Fatal(err)
		}
		for {
			var t tag.FlvTag
			if err := dec.Decode(&t); err != nil {
				break
			}
			t.Close()
		}
	}
}

// onlyReader hides every method but Read.
type onlyReader struct{ io.Reader }
