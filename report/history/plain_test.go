package history

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// slow are the kinds that encoding/json reads: they come seldom, or hold more than numbers and strings.
var slow = []string{"crash", "sanitizer", "api", "case", "oddity", "load-judged", "crowd-sample", "fleet-sample", "self-sample"}

func TestWhatIsWrittenIsPlain(t *testing.T) {
	enc, p := newEncoder(), newPlain()
	for _, payload := range payloads {
		want := Event{Seq: 1 << 40, At: time.Hour, Due: -5, Key: "live/s0", Actor: "pub/live/s0", Epoch: 1<<32 - 1, What: payload}
		enc.buf.Reset()
		if err := enc.event(want); err != nil {
			t.Fatal(err)
		}
		line := strings.TrimSpace(enc.buf.String())
		got, ok := p.event([]byte(line))
		_, unknown := payload.(Unknown)
		if rest := unknown || slices.Contains(slow, payload.Kind()); ok == rest {
			t.Errorf("plain is %v: %s", ok, line)
		}
		if ok {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-written +read):\n%s", line, diff)
			}
		}
	}
}

func TestLinesThatAreNotPlain(t *testing.T) {
	whole := `{"seq":1,"at":2,"key":"k","kind":"play-first","data":{"session":3,"of":"media","since_ns":4}}`
	if _, ok := newPlain().event([]byte(whole)); !ok {
		t.Fatalf("not plain: %s", whole)
	}
	for _, change := range [][2]string{
		{`"seq":1,`, ``}, {`"seq":1`, `"seq":01`}, {`"seq":1`, `"seq":1.0`}, {`"seq":1`, `"seq":1e3`}, {`"seq":1`, `"seq":"1"`},
		{`"seq":1`, `"seq":null`}, {`"seq":1`, `"seq":-`}, {`"seq":1`, `"seq": 1`}, {`"seq":1`, `"SEQ":1`},
		{`"seq":1`, `"seq":9999999999999999999`}, {`"at":2`, `"at":2,"at":3`}, {`"at":2,`, `"at":2`}, {`"at":2`, `"at":2,"epoch":5`},
		{`"kind"`, `"epoch":-1,"kind"`}, {`"kind"`, `"epoch":4294967296,"kind"`}, {`"k"`, `"k`}, {`"k"`, "\"\x00\""}, {`"k"`, "\"é\x00\""},
		{`"k"`, `"\x"`}, {`"k"`, `"\`}, {`"play-first"`, `"play-next"`}, {`"play-first"`, `""`}, {`"session":3,`, ``}, {`,"since_ns":4`, ``},
		{`"session":3`, `"session":"3"`}, {`"session":3,"of":"media"`, `"of":"media","session":3`}, {`"since_ns":4`, `"since_ns":4,"x":1`},
		{`}}`, `}`}, {`}}`, `}}}`}, {`}}`, `}} `}, {`}}`, `},"x":1}`}, {`4}`, `4,}`}, {`{"session"`, `null,{"session"`}, {`"media"`, `7`},
	} {
		line := strings.Replace(whole, change[0], change[1], 1)
		if line == whole {
			t.Fatalf("%q is nowhere", change[0])
		}
		if ev, ok := newPlain().event([]byte(line)); ok {
			t.Errorf("plain: %s became %+v", line, ev)
		}
	}
	for i := range whole {
		if ev, ok := newPlain().event([]byte(whole[:i])); ok {
			t.Errorf("plain: %s became %+v", whole[:i], ev)
		}
	}
}

// What was read stays as it is, whatever is read next.
func TestAnEventOwnsWhatItHas(t *testing.T) {
	p := newPlain()
	line := []byte(`{"seq":1,"at":2,"key":"live/a","actor":"p","kind":"watched","data":{"session":1,"from":1,"to":2,"video":2,"bytes":3,"first_ns":0,"last_ns":0,"first_sent_ns":0,"last_sent_ns":0,"first_time":0,"last_time":0,"ages_us":[5,6]}}`)
	first, ok := p.event(line)
	if !ok {
		t.Fatal("not plain")
	}
	want, err := decodeEvent(slices.Clone(line))
	if err != nil {
		t.Fatal(err)
	}
	copy(line, strings.NewReplacer("live/a", "live/b", "[5,6]", "[7,8]").Replace(string(line)))
	if _, ok := p.event(line); !ok {
		t.Fatal("not plain")
	}
	clear(line)
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("(-as it was +as it is):\n%s", diff)
	}
}

// Nothing is left in an event of the one of its kind before.
func TestAnEventHasOnlyItsOwn(t *testing.T) {
	p := newPlain()
	for _, data := range []string{`,"data":{"session":1,"wire":"status","status":404,"text":"no","local":"a"}`, `,"data":{"session":2,"wire":""}`, ``} {
		line := []byte(`{"seq":1,"at":2,"kind":"play-refused"` + data + `}`)
		want, err := decodeEvent(line)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := p.event(line)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("plain is %v: %s (-encoding/json +plain):\n%s", ok, line, diff)
		}
	}
}

// Whatever is read as a plain line encoding/json reads as the same event.
func FuzzPlain(f *testing.F) {
	enc := newEncoder()
	for _, p := range payloads {
		enc.buf.Reset()
		if err := enc.event(Event{Seq: 1, At: 2, Due: 3, Key: "k", Actor: `a"\` + "\u00e9", Epoch: 4, What: p}); err != nil {
			f.Fatal(err)
		}
		f.Add(strings.TrimSpace(enc.buf.String()))
	}
	f.Fuzz(func(t *testing.T, line string) {
		got, ok := newPlain().event([]byte(line))
		if !ok {
			return
		}
		want, err := decodeEvent([]byte(line))
		if err != nil {
			t.Fatalf("plain, and no event: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-encoding/json +plain):\n%s", diff)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	enc := newEncoder()
	for _, what := range []Payload{
		PlayProgress{Session: 3, Tags: 34, Bytes: 12345, Last: 12345678900, MaxGap: 40000000},
		PublishSent{Role: Owner, Conn: 40, Armed: true, ServerID: "a1b2c3d4", After: 2, Gap: 100000, Players: -1},
	} {
		if err := enc.event(Event{Seq: 12345, At: 12345678901, Key: "live/s0", Actor: "play/live/s0/2", Epoch: 3, What: what}); err != nil {
			b.Fatal(err)
		}
	}
	lines := strings.SplitAfter(strings.TrimSpace(enc.buf.String()), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	b.Run("plain", func(b *testing.B) {
		p := newPlain()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, ok := p.event([]byte(lines[i&1])); !ok {
				b.Fatal("not plain")
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := decodeEvent([]byte(lines[i&1])); err != nil {
				b.Fatal(err)
			}
		}
	})
}
