package rtmp

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bluenviron/gortmplib/pkg/bytecounter"
	"github.com/bluenviron/gortmplib/pkg/rawmessage"
)

// talk is a conversation with every kind of header: paces, lengths, gaps, steps back, extended timestamps and deltas.
func talk() []Message {
	var all []Message
	for _, start := range []uint32{0, 1000, extended - 30, extended - 1, extended, extended + 1, 1<<31 - 20, 1<<32 - 50} {
		for _, step := range []uint32{20, 20, 20, 0, 0, 5, extended + 7, extended + 7, extended + 7, 20} {
			start += step
			for _, n := range []int{5, 5, 0, 300} {
				all = append(all, Message{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: start, Payload: payload(n)})
				all = append(all, Message{Type: TypeAudio, StreamID: 1, ChunkStream: 4, Timestamp: start, Payload: payload(5)})
			}
		}
		all = append(all, Message{Type: TypeVideo, StreamID: 2, ChunkStream: 6, Timestamp: start, Payload: payload(5)})
	}
	return all
}

var chunkSizes = []int{1, 2, 3, 127, 128, 129, 4096, 65535, 65536, 65537, maxLength}

func TestChunkWriterRoundTrip(t *testing.T) {
	want := talk()
	for _, size := range chunkSizes {
		var compressed bytes.Buffer
		w := NewChunkWriter(&compressed)
		if err := w.SetChunkSize(size); err != nil {
			t.Fatal(err)
		}
		full := AppendMessage(nil, setChunkSize(size), initialChunkSize)
		for _, m := range want {
			if err := w.WriteMessage(m); err != nil {
				t.Fatal(err)
			}
			full = AppendMessage(full, m, size)
		}
		for name, b := range map[string][]byte{"writer": compressed.Bytes(), "append": full} {
			got, err := readAll(NewChunkReader(bytes.NewReader(b), Limits{}))
			if diff := diffMessages(want, got); diff != "" || err != io.EOF {
				t.Errorf("%s, chunks of %d: %v (-want +got):\n%s", name, size, err, diff)
			}
		}
		if compressed.Len() >= len(full) {
			t.Errorf("chunks of %d: %d bytes with short headers, %d without", size, compressed.Len(), len(full))
		}
	}
}

// TestSecondChunkReader lets gortmplib read what we write.
func TestSecondChunkReader(t *testing.T) {
	want := talk()
	for _, size := range []int{1, 128, 65536} {
		var b bytes.Buffer
		w := NewChunkWriter(&b)
		if err := w.SetChunkSize(size); err != nil {
			t.Fatal(err)
		}
		for _, m := range want {
			if err := w.WriteMessage(m); err != nil {
				t.Fatal(err)
			}
		}
		if diff := diffMessages(want, secondOpinion(t, b.Bytes())); diff != "" {
			t.Errorf("chunks of %d (-want +got):\n%s", size, diff)
		}
	}
}

// secondOpinion reads chunks with gortmplib.
func secondOpinion(t *testing.T, b []byte) []Message {
	t.Helper()
	counter := bytecounter.NewReader(bytes.NewReader(b))
	r := rawmessage.NewReader(counter, counter, func(uint32) error { return nil })
	var got []Message
	for {
		m, err := r.Read()
		if err != nil {
			return got
		}
		if TypeID(m.Type) == TypeSetChunkSize {
			if err := r.SetChunkSize(uint32(m.Body[0])<<24 | uint24(m.Body[1:])); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got = append(got, Message{Type: TypeID(m.Type), StreamID: littleEndian(m.MessageStreamID), ChunkStream: uint32(m.ChunkStreamID),
			Timestamp: uint32(m.Timestamp / time.Millisecond), Payload: append([]byte{}, m.Body...)})
	}
}

// littleEndian turns the message stream id around, which gortmplib takes for big-endian.
func littleEndian(id uint32) uint32 {
	return id>>24 | id>>8&0xFF00 | id<<8&0xFF0000 | id<<24
}

// TestSecondChunkWriter reads what gortmplib writes.
func TestSecondChunkWriter(t *testing.T) {
	want := talk()
	for _, size := range []int{1, 128, 65536} {
		var b bytes.Buffer
		b.Write(AppendMessage(nil, setChunkSize(size), initialChunkSize))
		counter := bytecounter.NewWriter(&b)
		w := rawmessage.NewWriter(counter, counter, false)
		w.SetChunkSize(uint32(size))
		for _, m := range want {
			err := w.Write(&rawmessage.Message{ChunkStreamID: byte(m.ChunkStream), Timestamp: time.Duration(m.Timestamp) * time.Millisecond,
				Type: uint8(m.Type), MessageStreamID: littleEndian(m.StreamID), Body: m.Payload})
			if err != nil {
				t.Fatal(err)
			}
		}
		got, err := readAll(NewChunkReader(&b, Limits{}))
		if diff := diffMessages(want, got); diff != "" || err != io.EOF {
			t.Errorf("chunks of %d: %v (-want +got):\n%s", size, err, diff)
		}
	}
}

func TestLargestMessage(t *testing.T) {
	body := make([]byte, maxLength)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range body {
		body[i] = byte(r.Uint32())
	}
	m := Message{Type: TypeVideo, StreamID: 1, ChunkStream: 6, Timestamp: 1 << 30, Payload: body}
	for _, size := range []int{128, 65536, maxLength} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			b := AppendMessage(AppendMessage(nil, setChunkSize(size), initialChunkSize), m, size)
			got, err := NewChunkReader(bytes.NewReader(b), Limits{}).Next()
			if err != nil {
				t.Fatal(err)
			}
			if crc32.ChecksumIEEE(got.Payload) != crc32.ChecksumIEEE(body) || got.Timestamp != m.Timestamp {
				t.Errorf("%d bytes at %d came back otherwise", len(got.Payload), got.Timestamp)
			}
		})
	}
	defer func() {
		if recover() == nil {
			t.Error("a message that cannot be said was said")
		}
	}()
	AppendMessage(nil, Message{Payload: make([]byte, maxLength+1)}, 128)
}

// oneWrite fails the test when a message takes more than one write.
type oneWrite struct{ writes int }

func (o *oneWrite) Write(p []byte) (int, error) {
	o.writes++
	return len(p), nil
}

func TestChunkWriterWritesOnce(t *testing.T) {
	var o oneWrite
	w := NewChunkWriter(&o)
	for range 3 {
		if err := w.WriteMessage(Message{Type: TypeVideo, Payload: payload(1000)}); err != nil {
			t.Fatal(err)
		}
	}
	if o.writes != 3 {
		t.Errorf("%d writes for 3 messages", o.writes)
	}
}
