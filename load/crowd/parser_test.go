package crowd

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load"
)

// finds keeps what a parser tells.
type finds struct {
	answer *answer
	said   []string
}

func (f *finds) answered(a *answer) error {
	f.answer = a
	return nil
}

func (f *finds) tag(t flv.Tag) {
	f.said = append(f.said, fmt.Sprintf("%v at %d, %d ms, %d bytes, media %v, key %v", t.Type, t.Offset, t.Timestamp, t.Size, t.IsMedia(), t.Keyframe()))
	if stamp, ok, err := media.FindStamp(t.Head); t.Keyframe() && ok && err == nil {
		f.said = append(f.said, fmt.Sprintf("epoch %d", stamp.Epoch))
	}
}

func (f *finds) fault(what flv.Fault) { f.said = append(f.said, string(what)) }

// parse feeds an answer in pieces of at most so many bytes, drops what may be dropped if drops says so, and returns what was found,
// the end last.
func parse(all []byte, piece func() int, drops bool) *finds {
	var f finds
	var p parser
	p.reset()
	for len(all) > 0 {
		n := min(max(1, piece()), len(all))
		var err error
		if skip := p.skippable(); drops && skip > 0 {
			n = int(min(skip, int64(n)))
			err = p.skip(int64(n))
		} else {
			err = p.feed(all[:n], &f)
		}
		all = all[n:]
		if err != nil {
			f.said = append(f.said, "end: "+err.Error())
			return &f
		}
	}
	f.said = append(f.said, "end: "+p.end().Error())
	return &f
}

// scan is the second opinion: net/http and flv.Scanner.
func scan(all []byte) *finds {
	var f finds
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(all)), nil)
	if err != nil {
		f.said = append(f.said, "end: "+err.Error())
		return &f
	}
	s := flv.NewScannerWith(resp.Body, flv.Options{HeadSize: media.HeadSize})
	for faults := 0; ; {
		t, err := s.Next()
		var format *flv.FormatError
		switch {
		case errors.As(err, &format) && format.What != flv.BadSignature && format.What != flv.BadVersion && format.What != flv.BadDataOffset:
			f.fault(format.What)
			if faults++; faults == maxFaults {
				f.said = append(f.said, "end: "+errNoFLV.Error())
				return &f
			}
		case errors.Is(err, io.ErrUnexpectedEOF) && !s.MidTag():
			f.said = append(f.said, "end: EOF")
			return &f
		case err != nil:
			f.said = append(f.said, "end: "+err.Error())
			return &f
		default:
			faults = 0
			f.tag(t)
		}
	}
}

// heads are those of answers with a body: how it is framed.
var framings = map[string]func(body []byte, rng *rand.Rand) []byte{
	"to the end": func(body []byte, _ *rand.Rand) []byte { return append([]byte(head), body...) },
	"HTTP/1.0":   func(body []byte, _ *rand.Rand) []byte { return append([]byte("HTTP/1.0 200 OK\r\n\r\n"), body...) },
	"counted": func(body []byte, _ *rand.Rand) []byte {
		return append(fmt.Appendf(nil, "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n", len(body)), body...)
	},
	"in chunks": func(body []byte, rng *rand.Rand) []byte {
		b := []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n")
		for len(body) > 0 {
			n := 1 + rng.IntN(min(len(body), 1+rng.IntN(5000)))
			ext := []string{"", ";x=y", " ", ";a=\"b c\""}[rng.IntN(4)]
			b = fmt.Appendf(b, "%s%x%s\r\n", strings.Repeat("0", rng.IntN(3)), n, ext)
			b = append(append(b, body[:n]...), "\r\n"...)
			body = body[n:]
		}
		return append(b, "0\r\n\r\n"...)
	},
	"in chunks without an end": func(body []byte, _ *rand.Rand) []byte {
		return append(fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%X\r\n", len(body)), append(body, "\r\n"...)...)
	},
}

// stream is an FLV stream of some of everything.
func stream(t testing.TB, rng *rand.Rand, n int) []byte {
	clip, err := media.Synthetic(media.Spec{Bitrate: 300_000})
	if err != nil {
		t.Fatal(err)
	}
	b := opening(clip)
	for _, f := range frames(clip, n, 5) {
		if rng.IntN(20) == 0 {
			b = flv.AppendTag(b, flv.TagType(rng.IntN(32)), 0, bytes.Repeat([]byte{0x17}, rng.IntN(40)))
		}
		b = append(b, f...)
		if rng.IntN(30) == 0 {
			b[len(b)-1]++ // the PreviousTagSize
		}
		if rng.IntN(40) == 0 {
			b = flv.AppendHeader(b, true, true)
		}
	}
	return b
}

// whole leaves out the tag that the end is inside of: whether that was handed out hangs on how much of its body was asked for.
func (f *finds) whole() []string {
	end := f.said[len(f.said)-1]
	_, in, cut := strings.Cut(end, "inside the tag at byte ")
	return slices.DeleteFunc(f.said, func(said string) bool {
		return cut && strings.Contains(said, " at "+in+", ") || strings.HasPrefix(said, "epoch") && cut
	})
}

// TestParser: the same as net/http and flv.Scanner find, whatever the framing and however the bytes come.
func TestParser(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		body := stream(t, rng, 150)
		if rng.IntN(2) == 0 {
			body = body[:rng.IntN(len(body))] // it is cut somewhere
		}
		for name, frame := range framings {
			all := frame(body, rng)
			want := scan(all).whole()
			pieces := map[string]func() int{
				"in one":       func() int { return len(all) },
				"byte by byte": func() int { return 1 },
				"of any size":  func() int { return rng.IntN(3000) },
				"of few bytes": func() int { return rng.IntN(30) },
			}
			for size, piece := range pieces {
				for _, drops := range []bool{false, true} {
					if diff := cmp.Diff(want, parse(all, piece, drops).whole()); diff != "" {
						t.Fatalf("%s, %s, dropping %v (-scanner +parser):\n%s", name, size, drops, diff)
					}
				}
			}
		}
	}
}

// TestSkippable: most of a stream need not be seen.
func TestSkippable(t *testing.T) {
	clip, err := media.Synthetic(media.Spec{Bitrate: 2_000_000})
	if err != nil {
		t.Fatal(err)
	}
	all := append([]byte(head), opening(clip)...)
	for _, f := range frames(clip, 200, 1) {
		all = append(all, f...)
	}
	var p parser
	var f finds
	p.reset()
	seen := 0
	for rest := all; len(rest) > 0; {
		if n := p.skippable(); n > 0 {
			p.skip(n)
			rest = rest[n:]
			continue
		}
		if err := p.feed(rest[:1], &f); err != nil {
			t.Fatal(err)
		}
		seen++
		rest = rest[1:]
	}
	if seen > len(all)/50 {
		t.Errorf("%d of %d bytes had to be seen", seen, len(all))
	}
}

// TestBadAnswers: what is no answer, or no framing, and by which error the session ends.
func TestBadAnswers(t *testing.T) {
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	flvHead := string(flv.AppendHeader(nil, true, true))
	tests := []struct {
		name, all string
		want      error
	}{
		{"not HTTP", "RTSP/1.0 200 OK\r\n\r\n", errStatusLine},
		{"no status", "HTTP/1.1 \r\n", errStatusLine},
		{"a status of two digits", "HTTP/1.1 20 OK\r\n", errStatusLine},
		{"a negative status", "HTTP/1.1 -20 OK\r\n", errStatusLine},
		{"HTTP/2", "HTTP/2.0 200 OK\r\n", errStatusLine},
		{"no header", "HTTP/1.1 200 OK\r\nabc\r\n", errHeader},
		{"an endless line", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", maxLine), errLineTooLong},
		{"an endless head", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Header: value\r\n", load.MaxHead/10), load.ErrHeadTooLong},
		{"nothing but interim answers", strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 10), load.ErrOnlyInterim},
		{"a length of none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", errLength},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", errLength},
		{"an empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", errLength},
		{"compressed", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", errCoding},
		{"a chunk of no size", chunked + "\r\n", errChunkSize},
		{"a chunk whose size is a word", chunked + "xyz\r\n", errChunkSize},
		{"a chunk of more than there can be", chunked + "fffffffffff\r\n", errChunkSize},
		{"a chunk size that overflows", chunked + "10000000000000001\r\n", errChunkSize},
		{"a chunk size without end", chunked + strings.Repeat("0", 100), errChunkSize},
		{"a chunk extension without end", chunked + "9;" + strings.Repeat("x", 5000), errChunkSize},
		{"a chunk that is longer than it says", chunked + "9\r\n" + flvHead, errChunkEnd},
		{"CR without LF", chunked + "9\r\n" + flvHead[:9] + "\r\r", errChunkEnd},
		{"three tags that are none", head + flvHead + strings.Repeat(strings.Repeat("\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 1)+"\x00\x00\x00\x0b", 3), errNoFLV},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 7, len(tt.all)} {
			got := parse([]byte(tt.all), func() int { return size }, true)
			if last := got.said[len(got.said)-1]; last != "end: "+tt.want.Error() {
				t.Errorf("%s, %d bytes at a time: %q, want %q", tt.name, size, last, tt.want)
			}
		}
	}
	interim := parse([]byte("HTTP/1.1 100 Continue\r\nServer: a\r\n\r\nHTTP/1.1 404 No\nServer: b\nLocation: /c\n\n"), func() int { return 3 }, true)
	want := &answer{status: 404, server: "b", location: "/c", length: -1, bytes: 76, interim: 1}
	if diff := cmp.Diff(want, interim.answer, cmp.AllowUnexported(answer{})); diff != "" {
		t.Errorf("behind an interim answer (-want +got):\n%s", diff)
	}
}

// FuzzParse: nothing makes the parser panic or keep more than a line; however the bytes come, and whether bodies are dropped or
// shown, it finds the same.
func FuzzParse(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 4))
	body := flv.AppendHeader(nil, true, true) // short, so that the fuzzer is fast
	body = flv.AppendTag(body, flv.Video, 0, []byte{0x17, 1, 0, 0, 0, 1, 2, 3})
	body = flv.AppendTag(body, flv.Audio, 5, []byte{0xaf, 1, 9})
	body = flv.AppendTag(body, flv.Script, 5)
	for _, frame := range framings {
		f.Add(frame(body, rng), uint64(1))
	}
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nFLV\x01\x05\x00\x00\x00\x09\r\n"), uint64(2))
	f.Fuzz(func(t *testing.T, all []byte, seed uint64) {
		want := parse(all, func() int { return len(all) }, false)
		rng := rand.New(rand.NewPCG(seed, seed))
		piece := func() int { return rng.IntN(1 + rng.IntN(100)) }
		for _, drops := range []bool{false, true} {
			got := parse(all, piece, drops)
			if diff := cmp.Diff(want.said, got.said); diff != "" {
				t.Fatalf("dropping %v (-in one +in pieces):\n%s", drops, diff)
			}
		}
		var p parser
		var none finds
		p.reset()
		for i := range all {
			if p.feed(all[i:i+1], &none) != nil {
				break
			}
			if len(p.kept) > maxLine {
				t.Fatalf("it keeps %d bytes", len(p.kept))
			}
		}
	})
}
