package rtmp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// fill is n bytes of payload, in hexadecimal: 00 01 02 …
func fill(from, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(from + i)
	}
	return hex.EncodeToString(b)
}

// payload is the payload that fill(0, n) spells.
func payload(n int) []byte {
	b, _ := hex.DecodeString(fill(0, n))
	return b
}

// wire decodes hexadecimal with blanks.
func wire(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// chunkCases are streams of chunks and what is in them. They drive the reader's tests and seed its fuzzing.
var chunkCases = []struct {
	name string
	in   string
	want []Message
}{
	{
		name: "section 5.3.2.1, example 1: audio at a steady pace",
		in: "03 0003e8 000020 08 39300000" + fill(0, 32) +
			"83 000014" + fill(0, 32) + "c3" + fill(0, 32) + "c3" + fill(0, 32),
		want: []Message{
			{Type: TypeAudio, StreamID: 12345, ChunkStream: 3, Timestamp: 1000, Payload: payload(32)},
			{Type: TypeAudio, StreamID: 12345, ChunkStream: 3, Timestamp: 1020, Payload: payload(32)},
			{Type: TypeAudio, StreamID: 12345, ChunkStream: 3, Timestamp: 1040, Payload: payload(32)},
			{Type: TypeAudio, StreamID: 12345, ChunkStream: 3, Timestamp: 1060, Payload: payload(32)},
		},
	},
	{
		name: "section 5.3.2.2, example 2: a message in three chunks",
		in:   "04 0003e8 000133 09 3a300000" + fill(0, 128) + "c4" + fill(128, 128) + "c4" + fill(256, 51),
		want: []Message{{Type: TypeVideo, StreamID: 12346, ChunkStream: 4, Timestamp: 1000, Payload: payload(307)}},
	},
	{
		name: "fmt 3 after fmt 0 takes its timestamp for the delta, as ffmpeg writes it",
		in:   "04 000017 000002 08 01000000 0001 c4 0001 c4 0001",
		want: []Message{
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 23, Payload: payload(2)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 46, Payload: payload(2)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 69, Payload: payload(2)},
		},
	},
	{
		name: "the last timestamp without extension, and the first with",
		in:   "04 fffffe 000001 08 01000000 00 04 ffffff 000001 08 01000000 00ffffff 00",
		want: []Message{
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 0xFFFFFE, Payload: payload(1)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 0xFFFFFF, Payload: payload(1)},
		},
	},
	{
		name: "an extended timestamp is repeated on continuations",
		in:   "06 ffffff 000082 09 01000000 01020304" + fill(0, 128) + "c6 01020304 8081",
		want: []Message{{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 0x01020304, Payload: payload(130)}},
	},
	{
		name: "an encoder that does not repeat it",
		in: "06 ffffff 000084 09 01000000 01020304" + fill(0, 128) + "c6 80818283" +
			"06 000005 000001 09 01000000 00",
		want: []Message{
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 0x01020304, Payload: payload(132)},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 5, Payload: payload(1)},
		},
	},
	{
		name: "an extended delta, its continuation, and fmt 3 with it",
		in: "06 000001 000001 09 01000000 00" +
			"46 ffffff 000082 09 02000000" + fill(0, 128) + "c6 02000000 8081" +
			"c6 02000000" + fill(0, 128) + "c6 02000000 8081",
		want: []Message{
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 1, Payload: payload(1)},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 0x02000001, Payload: payload(130)},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 0x04000001, Payload: payload(130)},
		},
	},
	{
		name: "an extended delta whose continuation repeats the timestamp",
		in: "06 000001 000001 09 01000000 00" +
			"46 ffffff 000082 09 02000000" + fill(0, 128) + "c6 02000001 8081",
		want: []Message{
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 1, Payload: payload(1)},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 0x02000001, Payload: payload(130)},
		},
	},
	{
		name: "zeros in place of an extended timestamp that should be repeated, as gortmplib writes them",
		in: "06 000001 000001 09 01000000 00" +
			"46 ffffff 000082 09 02000000" + fill(0, 128) + "c6 00000000 8081" + "c6 00000000" + fill(0, 128) + "c6 00000000 8081",
		want: []Message{
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 1, Payload: payload(1)},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 0x02000001, Payload: payload(130)},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 0x04000001, Payload: payload(130)},
		},
	},
	{
		name: "timestamps wrap",
		in:   "04 ffffff 000001 08 01000000 fffffff0 00 84 000020 00",
		want: []Message{
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 0xFFFFFFF0, Payload: payload(1)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 0x10, Payload: payload(1)},
		},
	},
	{
		name: "chunk streams of two and three bytes",
		in: "00 00 000001 000001 08 01000000 00 00 ff 000002 000001 08 01000000 00" +
			"01 ff00 000003 000001 08 01000000 00 01 0001 000004 000001 08 01000000 00 01 ffff 000005 000001 08 01000000 00",
		want: []Message{
			{Type: TypeAudio, StreamID: 1, ChunkStream: 64, Timestamp: 1, Payload: payload(1)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 319, Timestamp: 2, Payload: payload(1)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 319, Timestamp: 3, Payload: payload(1)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 320, Timestamp: 4, Payload: payload(1)},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 65599, Timestamp: 5, Payload: payload(1)},
		},
	},
	{
		name: "empty messages, one between two chunks of another",
		in: "04 000001 000000 08 01000000" +
			"06 000002 000081 09 01000000" + fill(0, 128) + "c4" + "c6 80",
		want: []Message{
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 1, Payload: []byte{}},
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 2, Payload: []byte{}},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 2, Payload: payload(129)},
		},
	},
	{
		name: "two messages interleaved",
		in: "04 000001 000081 08 01000000" + fill(0, 128) + "06 000002 000082 09 01000000" + fill(0, 128) +
			"c4 80 c6 8081",
		want: []Message{
			{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: 1, Payload: payload(129)},
			{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 2, Payload: payload(130)},
		},
	},
	{
		name: "Abort drops a message; the chunk stream goes on with fmt 3",
		in: "06 000007 000081 09 01000000" + fill(0, 128) + "02 000000 000004 02 00000000 00000006" +
			"c6" + fill(0, 128) + "c6 80" + "02 000000 000004 02 00000000 00000099",
		want: []Message{{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 14, Payload: payload(129)}},
	},
	{
		name: "the chunk size changes inside of a message",
		in: "06 000000 000106 09 01000000" + fill(0, 128) + "02 000000 000004 01 00000000 00000080" +
			"c6" + fill(128, 128) + "02 000000 000004 01 00000000 00000002" + "c6 0001 c6 0203 c6 0405",
		want: []Message{{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Payload: payload(262)}},
	},
	{
		name: "chunks of one byte",
		in:   "02 000000 000004 01 00000000 00000001 04 000000 000003 08 01000000 00 c4 01 c4 02",
		want: []Message{{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Payload: payload(3)}},
	},
	{
		name: "librtmp opens the chunk stream of its pings with fmt 1",
		in:   "42 000000 000006 04 0003 00000001",
		want: []Message{{Type: TypeUserControl, ChunkStream: 2, Payload: []byte{0, 3, 0, 0, 0, 1}}},
	},
}

// readAll reads messages until the source ends, and copies their payloads.
func readAll(r *ChunkReader) (all []Message, err error) {
	for {
		m, err := r.Next()
		if err != nil {
			return all, err
		}
		m.Payload = append([]byte{}, m.Payload...)
		all = append(all, m)
	}
}

// diffMessages says how got differs from want, "" if it does not. cmp alone is slow over many payloads.
func diffMessages(want, got []Message) string {
	same := slices.EqualFunc(want, got, func(a, b Message) bool {
		return bytes.Equal(a.Payload, b.Payload) && a.Type == b.Type && a.StreamID == b.StreamID && a.ChunkStream == b.ChunkStream &&
			a.Timestamp == b.Timestamp
	})
	if same {
		return ""
	}
	return cmp.Diff(want, got) + " "
}

// impatient interrupts before each byte, as a deadline would.
type impatient struct {
	r     io.Reader
	ready bool
}

func (i *impatient) Read(p []byte) (int, error) {
	if i.ready = !i.ready; !i.ready || len(p) == 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return i.r.Read(p[:1])
}

func TestChunkReader(t *testing.T) {
	for _, tt := range chunkCases {
		t.Run(tt.name, func(t *testing.T) {
			b := wire(t, tt.in)
			for name, source := range map[string]func(io.Reader) io.Reader{
				"whole": func(r io.Reader) io.Reader { return r }, "halves": iotest.HalfReader,
				"bytes": iotest.OneByteReader, "end with data": iotest.DataErrReader,
			} {
				for _, buffer := range []int{0, 64, 8 << 10} {
					got, err := readAll(NewChunkReader(source(bytes.NewReader(b)), Limits{ReadBuffer: buffer}))
					if diff := diffMessages(tt.want, got); diff != "" || err != io.EOF {
						t.Errorf("%s, buffer of %d: %v (-want +got):\n%s", name, buffer, err, diff)
					}
				}
			}
			r := NewChunkReader(&impatient{r: bytes.NewReader(b)}, Limits{ReadBuffer: 64})
			var got []Message
			var err error
			for err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
				var some []Message
				some, err = readAll(r)
				got = append(got, some...)
			}
			if diff := diffMessages(tt.want, got); diff != "" || err != io.EOF {
				t.Errorf("interrupted: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestChunkReaderCut cuts each case at every byte: the end is either between two messages, or unexpected.
func TestChunkReaderCut(t *testing.T) {
	for _, tt := range chunkCases {
		b := wire(t, tt.in)
		for n := range b {
			got, err := readAll(NewChunkReader(bytes.NewReader(b[:n]), Limits{}))
			if err != io.EOF && err != io.ErrUnexpectedEOF {
				t.Fatalf("%s, cut at %d: %v", tt.name, n, err)
			}
			if len(got) > len(tt.want) || diffMessages(tt.want[:len(got)], got) != "" {
				t.Fatalf("%s, cut at %d: %v", tt.name, n, got)
			}
		}
	}
}

func TestChunkReaderRefuses(t *testing.T) {
	streams := func(n int) string {
		var all strings.Builder
		for i := range n {
			all.WriteString(hex.EncodeToString([]byte{byte(3 + i)}) + "000000 000001 08 01000000 00")
		}
		return all.String()
	}
	tests := []struct {
		name, in string
		lim      Limits
		want     string
	}{
		{"fmt 2 without a header before", "84 000001 00", Limits{}, "chunk stream 4 begins with a header of type 2"},
		{"fmt 3 without a header before", "c4 00", Limits{}, "chunk stream 4 begins with a header of type 3"},
		{"a new header inside of a message", "04 000000 000081 08 01000000" + fill(0, 128) + "04 000000 000081 08 01000000",
			Limits{}, "a header of type 0 inside a message on chunk stream 4"},
		{"a message too long", "04 000000 000065 08 01000000", Limits{MessageSize: 100}, "a message of 101 bytes, more than 100"},
		{"too many chunk streams", streams(5), Limits{ChunkStreams: 4}, "more than 4 chunk streams"},
		{"too much unfinished", "04 000000 0000ff 08 01000000" + fill(0, 128) + "06 000000 0000ff 08 01000000" + fill(0, 128),
			Limits{MessageSize: 255, Pending: 255}, "more than 255 bytes of unfinished messages"},
		{"chunk size zero", "02 000000 000004 01 00000000 00000000", Limits{}, "a chunk size of 0"},
		{"chunk size with the first bit set", "02 000000 000004 01 00000000 80000080", Limits{}, "a chunk size of 2147483776"},
		{"SetChunkSize cut short", "02 000000 000003 01 00000000 000080", Limits{}, "SetChunkSize of 3 bytes"},
		{"Abort cut short", "02 000000 000000 02 00000000", Limits{}, "Abort of 0 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewChunkReader(bytes.NewReader(wire(t, tt.in)), tt.lim)
			_, err := readAll(r)
			var format *FormatError
			if !errors.As(err, &format) || format.What != tt.want {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if _, again := r.Next(); again != err {
				t.Errorf("then %v", again)
			}
		})
	}
}

// TestChunkReaderBelievesNothing announces 16 MiB on each of 60 chunk streams and sends a byte or two of each.
func TestChunkReaderBelievesNothing(t *testing.T) {
	in := AppendMessage(nil, setChunkSize(2), initialChunkSize)
	for id := byte(3); id < 63; id++ {
		in = append(in, id, 0, 0, 0, 0xFF, 0xFF, 0xFF, byte(TypeVideo), 1, 0, 0, 0, 7, 7)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := readAll(NewChunkReader(bytes.NewReader(in), Limits{}))
	runtime.ReadMemStats(&after)
	if err != io.ErrUnexpectedEOF {
		t.Errorf("ended with %v", err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes allocated for %d received", got, len(in))
	}
}

// TestChunkReaderAcknowledges holds that half a window never passes without an Acknowledgement, also inside one message.
func TestChunkReaderAcknowledges(t *testing.T) {
	in := AppendMessage(nil, setChunkSize(4096), initialChunkSize)
	in = AppendMessage(in, Message{Type: TypeVideo, StreamID: 1, Payload: make([]byte, 1<<20)}, 4096)
	r := NewChunkReader(iotest.HalfReader(bytes.NewReader(in)), Limits{})
	r.received, r.window = handshakeSize, 100_000
	last := uint32(0)
	r.ack = func(n uint32) error {
		if n-last > 60_000 {
			t.Errorf("%d acknowledged after %d", n, last)
		}
		last = n
		return nil
	}
	if _, err := readAll(r); err != io.EOF {
		t.Fatal(err)
	}
	if want := uint32(handshakeSize + len(in)); want-last > 60_000 {
		t.Errorf("%d of %d acknowledged", last, want)
	}
	r = NewChunkReader(bytes.NewReader(in), Limits{})
	r.window, r.ack = 1, func(uint32) error { return io.ErrClosedPipe }
	if _, err := readAll(r); err != io.ErrClosedPipe {
		t.Errorf("a failed acknowledgement gave %v", err)
	}
}
