package flv_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/google/go-cmp/cmp"
)

// seen is a tag as a test compares it: its Head copied.
type seen struct {
	Type      flv.TagType
	Timestamp uint32
	Size      int
	Offset    int64
	Head      string
}

// scan reads s to its end and returns the tags with the error that ended them.
func scan(s *flv.Scanner) ([]seen, error) {
	var tags []seen
	for {
		t, err := s.Next()
		if err != nil {
			return tags, err
		}
		tags = append(tags, seen{t.Type, t.Timestamp, t.Size, t.Offset, string(t.Head)})
	}
}

// stream is three tags, one of them empty and one longer than the default buffer, with an extended timestamp.
func stream() []byte {
	b := flv.AppendHeader(nil, true, true)
	b = flv.AppendTag(b, flv.Script, 0, []byte("\x02\x00\x0aonMetaData"))
	b = flv.AppendTag(b, flv.Audio, 0x00ffffff)
	return flv.AppendTag(b, flv.Video, 0x81020304, []byte{0x17, 1, 0, 0, 0}, bytes.Repeat([]byte("abcdefgh"), 4000))
}

// wantTags is what stream holds, with heads of n bytes.
func wantTags(n int) []seen {
	video := append([]byte{0x17, 1, 0, 0, 0}, bytes.Repeat([]byte("abcdefgh"), 4000)...)
	return []seen{
		{flv.Script, 0, 13, 13, "\x02\x00\x0aonMetaData"[:min(n, 13)]},
		{flv.Audio, 0x00ffffff, 0, 41, ""},
		{flv.Video, 0x81020304, 32005, 56, string(video[:n])},
	}
}

// dropper is a reader that can drop bytes; it drops them a few at a time.
type dropper struct {
	r       *bytes.Reader
	dropped int
}

func (d *dropper) Read(p []byte) (int, error) { return d.r.Read(p) }

func (d *dropper) Discard(n int) (int, error) {
	got, err := io.CopyN(io.Discard, d.r, int64(min(n, 1000)))
	d.dropped += int(got)
	return int(got), err
}

func TestScannerReadsWhateverTheReader(t *testing.T) {
	readers := []struct {
		name string
		make func() io.Reader
	}{
		{"whole", func() io.Reader { return bytes.NewReader(stream()) }},
		{"one byte", func() io.Reader { return iotest.OneByteReader(bytes.NewReader(stream())) }},
		{"halves", func() io.Reader { return iotest.HalfReader(bytes.NewReader(stream())) }},
		{"error with the last bytes", func() io.Reader { return iotest.DataErrReader(bytes.NewReader(stream())) }},
		{"discarder", func() io.Reader { return &dropper{r: bytes.NewReader(stream())} }},
	}
	options := []flv.Options{{}, {HeadSize: 1, BufferSize: 1}, {HeadSize: 5, BufferSize: 20}, {HeadSize: 300, BufferSize: 100}}
	for _, r := range readers {
		for _, o := range options {
			head := o.HeadSize
			if head == 0 {
				head = 64
			}
			s := flv.NewScannerWith(r.make(), o)
			got, err := scan(s)
			if err != io.EOF {
				t.Errorf("%s, %+v: %v instead of io.EOF", r.name, o, err)
			}
			if diff := cmp.Diff(wantTags(head), got); diff != "" {
				t.Errorf("%s, %+v: (-want +got)\n%s", r.name, o, diff)
			}
			if want := (flv.Header{Version: 1, Audio: true, Video: true, DataOffset: 9}); s.Header() != want {
				t.Errorf("%s: header %+v", r.name, s.Header())
			}
			if s.MidTag() || s.Offset() != int64(len(stream())) {
				t.Errorf("%s: at the end MidTag %v, Offset %d", r.name, s.MidTag(), s.Offset())
			}
		}
	}
}

func TestScannerDropsThroughADiscarder(t *testing.T) {
	d := &dropper{r: bytes.NewReader(stream())}
	s := flv.NewScannerWith(d, flv.Options{BufferSize: 100})
	if _, err := scan(s); err != io.EOF {
		t.Fatal(err)
	}
	if d.dropped < 31000 {
		t.Errorf("only %d bytes were dropped unread", d.dropped)
	}
	stuck := flv.NewScannerWith(struct {
		io.Reader
		flv.Discarder
	}{bytes.NewReader(stream()), lazy{}}, flv.Options{BufferSize: 100})
	if _, err := scan(stuck); err != io.ErrNoProgress {
		t.Errorf("a Discarder that does nothing: %v", err)
	}
}

// lazy is a Discarder that does nothing and says so.
type lazy struct{}

func (lazy) Discard(int) (int, error) { return 0, nil }

// TestEveryCut cuts the stream behind each byte: only behind a whole tag and its PreviousTagSize is it a clean end.
func TestEveryCut(t *testing.T) {
	whole := stream()
	clean := map[int]bool{13: true, 41: true, 56: true, len(whole): true}
	lengths := []int{}
	for n := range 200 {
		lengths = append(lengths, n)
	}
	for n := len(whole) - 100; n <= len(whole); n++ {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		for name, end := range map[string]error{"EOF": io.EOF, "unexpected EOF": io.ErrUnexpectedEOF} {
			r := io.MultiReader(bytes.NewReader(whole[:n]), iotest.ErrReader(end))
			_, err := scan(flv.NewScannerWith(r, flv.Options{BufferSize: 64}))
			if clean[n] {
				if err != end {
					t.Errorf("%d bytes, then %s: %v", n, name, err)
				}
				continue
			}
			var cut *flv.CutError
			if !errors.As(err, &cut) || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%d bytes, then %s: %v is no CutError", n, name, err)
			}
			tag := int64(0)
			for _, at := range []int64{13, 41, 56} {
				if int64(n) > at {
					tag = at
				}
			}
			if cut.Offset != int64(n) || cut.Tag != tag {
				t.Errorf("%d bytes, then %s: cut at %d in the tag at %d, want %d", n, name, cut.Offset, cut.Tag, tag)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	edit := func(at int, b ...byte) []byte {
		s := stream()
		copy(s[at:], b)
		return s
	}
	padded := append(flv.AppendHeader(nil, true, true)[:9:9], "padding!\x00\x00\x00\x00"...)
	padded[8] = 17
	padded = append(padded, stream()[13:]...)
	tests := []struct {
		name  string
		in    []byte
		want  *flv.FormatError // nil: none
		after int              // how many tags come out in all, when the scan goes on behind faults of tags
	}{
		{"html", []byte("<html>\n404 Not Found"), &flv.FormatError{Offset: 0, What: flv.BadSignature, Got: 0x3c6874}, 0},
		{"version", edit(3, 2), &flv.FormatError{Offset: 3, What: flv.BadVersion, Got: 2}, 0},
		{"DataOffset below 9", edit(8, 8), &flv.FormatError{Offset: 5, What: flv.BadDataOffset, Got: 8}, 0},
		{"DataOffset beyond the bound", edit(5, 0xff, 0xff, 0xff, 0xff), &flv.FormatError{Offset: 5, What: flv.BadDataOffset, Got: 0xffffffff}, 0},
		{"DataOffset 17", padded, nil, 3},
		{"PreviousTagSize0", edit(12, 1), &flv.FormatError{Offset: 9, What: flv.BadPreviousTagSize, Got: 1}, 3},
		{"PreviousTagSize", edit(40, 25), &flv.FormatError{Offset: 37, What: flv.BadPreviousTagSize, Got: 25, Want: 24}, 3},
		{"tag type", edit(13, 17), &flv.FormatError{Offset: 13, What: flv.BadTagType, Got: 17}, 2},
		{"reserved bits", edit(13, 0x80|18), &flv.FormatError{Offset: 13, What: flv.BadTagType, Got: 0x92}, 2},
		{"filter bit", edit(41, 0x20|8), &flv.FormatError{Offset: 41, What: flv.Encrypted, Got: 0x28}, 2},
		{"StreamID", edit(66, 1), &flv.FormatError{Offset: 64, What: flv.BadStreamID, Got: 1}, 2},
		{"flags of nothing", edit(4, 0), nil, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := flv.NewScanner(iotest.HalfReader(bytes.NewReader(tt.in)))
			tags, err := scan(s)
			if tt.want == nil {
				if err != io.EOF || len(tags) != tt.after {
					t.Fatalf("%d tags, %v", len(tags), err)
				}
				return
			}
			var got *flv.FormatError
			if !errors.As(err, &got) {
				t.Fatalf("%v is no FormatError", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if tt.after == 0 {
				if _, again := s.Next(); again != err {
					t.Errorf("then %v", again)
				}
				return
			}
			more, err := scan(s)
			if err != io.EOF || len(tags)+len(more) != tt.after {
				t.Errorf("going on: %d tags and %d more, %v", len(tags), len(more), err)
			}
		})
	}
}

func TestBody(t *testing.T) {
	for _, size := range []int{1, 64, 100, 40000} {
		r := iotest.HalfReader(bytes.NewReader(stream()))
		s := flv.NewScannerWith(r, flv.Options{BufferSize: size})
		if b, err := s.Body(); b != nil || err != nil {
			t.Errorf("before the first tag: %d bytes, %v", len(b), err)
		}
		for i, want := range wantTags(32005 - 1)[:3] {
			tag, err := s.Next()
			if err != nil {
				t.Fatal(err)
			}
			head := string(tag.Head)
			for range 2 {
				body, err := s.Body()
				if err != nil {
					t.Fatal(err)
				}
				if len(body) != tag.Size || string(body[:len(head)]) != head || i < 2 && string(body) != want.Head ||
					i == 2 && !bytes.Equal(body, stream()[67:67+32005]) {
					t.Errorf("buffer %d, tag %d: wrong body of %d bytes", size, i, len(body))
				}
			}
		}
		if _, err := s.Next(); err != io.EOF {
			t.Errorf("buffer %d: %v", size, err)
		}
	}
}

// hiccup is a reader that fails before every read.
type hiccup struct {
	r    io.Reader
	fail bool
}

func (h *hiccup) Read(p []byte) (int, error) {
	if h.fail = !h.fail; h.fail {
		return 0, os.ErrDeadlineExceeded
	}
	return h.r.Read(p[:min(len(p), 50)])
}

func TestAnErrorOfTheReaderLosesNothing(t *testing.T) {
	s := flv.NewScannerWith(&hiccup{r: bytes.NewReader(stream())}, flv.Options{BufferSize: 100})
	var got []seen
	failed := 0
	for {
		tag, err := s.Next()
		if err == os.ErrDeadlineExceeded {
			failed++
			continue
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, seen{tag.Type, tag.Timestamp, tag.Size, tag.Offset, string(tag.Head)})
		for {
			body, err := s.Body()
			if err == os.ErrDeadlineExceeded {
				failed++
				continue
			}
			if err != nil || len(body) != tag.Size {
				t.Fatalf("body of %d bytes: %d, %v", tag.Size, len(body), err)
			}
			break
		}
	}
	if diff := cmp.Diff(wantTags(64), got); diff != "" || failed < 600 {
		t.Errorf("after %d failures: (-want +got)\n%s", failed, diff)
	}
}

func TestNextAfterAnInterruptedBody(t *testing.T) {
	s := flv.NewScannerWith(&hiccup{r: bytes.NewReader(stream())}, flv.Options{BufferSize: 100})
	tags := 0
	for {
		_, err := s.Next()
		if err == io.EOF {
			break
		}
		if err == os.ErrDeadlineExceeded {
			if b, err := s.Body(); b != nil && err == nil && tags < 2 {
				t.Fatalf("%d bytes of a body that was given up", len(b))
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		tags++
		s.Body() // fails halfway in most tags
	}
	if tags != 3 {
		t.Errorf("%d tags", tags)
	}
}

func TestNoProgress(t *testing.T) {
	s := flv.NewScanner(readerFunc(func([]byte) (int, error) { return 0, nil }))
	if _, err := s.Next(); err != io.ErrNoProgress {
		t.Error(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestScanAllocatesNothing(t *testing.T) {
	one := flv.AppendTag(nil, flv.Video, 40, []byte{0x27, 1, 0, 0, 0}, make([]byte, 8000))
	file := flv.AppendHeader(nil, true, true)
	for range 100 {
		file = append(file, one...)
	}
	r := bytes.NewReader(file)
	s := flv.NewScanner(r)
	allocs := testing.AllocsPerRun(10, func() {
		r.Reset(file)
		s.Reset(r)
		for {
			_, err := s.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Body(); err != nil {
				t.Fatal(err)
			}
		}
	})
	if allocs > 1 { // the Discarder's method value of Reset, where there is one
		t.Errorf("%v allocations for 100 tags", allocs)
	}
}

// TestAnAnnouncedSizeCostsNothing holds that memory is taken as bytes arrive.
func TestAnAnnouncedSizeCostsNothing(t *testing.T) {
	file := flv.AppendTagHeader(flv.AppendHeader(nil, true, true), flv.Video, 0, flv.MaxBodySize)
	file = append(file, make([]byte, 20000)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := flv.NewScanner(bytes.NewReader(file))
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Body(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 256<<10 {
		t.Errorf("%d bytes for a tag of which 20,000 came", took)
	}
}
