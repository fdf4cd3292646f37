package rtmp

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	gortmplib "github.com/bluenviron/gortmplib/pkg/amf0"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/yutopp/go-amf0"
)

// amfCases are AMF0 bodies and what they hold. They drive the tests and seed the fuzzing.
var amfCases = []struct {
	name, in string
	want     []any
	// go-amf0 has no word for these, or gets them wrong.
	onlyUs bool
}{
	{"nothing", "", nil, false},
	{"number", "00 3ff0000000000000", []any{1.0}, false},
	{"booleans", "01 00 01 02", []any{false, true}, false},
	{"string", "02 0004 6c697665", []any{"live"}, false},
	{"empty string", "02 0000", []any{""}, false},
	{"null", "05", []any{nil}, false},
	{"object", "03 0003 617070 02 0004 6c697665 0001 6e 00 4000000000000000 0000 09", []any{map[string]any{"app": "live", "n": 2.0}}, false},
	{"object in an object", "03 0001 61 03 0001 62 01 01 000009 000009", []any{map[string]any{"a": map[string]any{"b": true}}}, false},
	{"ECMA array with a wrong count", "08 00000063 0001 61 02 0001 62 000009", []any{map[string]any{"a": "b"}}, false},
	{"strict array", "0a 00000002 05 01 01", []any{[]any{nil, true}}, false},
	{"date", "0b 4092c00000000000 0000", []any{time.UnixMilli(1200).UTC()}, true}, // go-amf0 takes ms for ns
	{"undefined, as SRS answers FCPublish", "02 0007 5f726573756c74 00 4008000000000000 05 06", []any{"_result", 3.0, nil, nil}, true},
	{"unsupported", "0d", []any{nil}, true},
	{"reference", "07 0001", []any{nil}, true},
	{"long string", "0c 00000002 6869", []any{"hi"}, true},
	{"XML", "0f 00000004 3c612f3e", []any{"<a/>"}, true},
	{"typed object", "10 0001 54 0001 61 05 000009", []any{map[string]any{"a": nil}}, true},
	{"an object behind a value in an ECMA array", "08 00000002 0001 61 05 0001 62 03 0001 63 01 01 000009 000009",
		[]any{map[string]any{"a": nil, "b": map[string]any{"c": true}}}, false},
	{"a property without a name", "03 0000 01 01 0000 09", []any{map[string]any{"": true}}, true},
}

// decodeAMF0 reads all the values in b.
func decodeAMF0(b []byte) ([]any, error) {
	r := amfReader{b: b}
	var values []any
	for len(r.b) > 0 {
		v, err := r.next()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}

func TestDecodeAMF0(t *testing.T) {
	for _, tt := range amfCases {
		t.Run(tt.name, func(t *testing.T) {
			b := wire(t, tt.in)
			got, err := decodeAMF0(b)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			for n := range b {
				if _, err := decodeAMF0(b[:n]); err != nil && err != errAMFShort && err != errAMFCount {
					t.Errorf("cut at %d: %v", n, err)
				}
			}
			if tt.onlyUs {
				return
			}
			if second, err := decodeGoAMF0(b); err != nil {
				t.Errorf("go-amf0: %v", err)
			} else if diff := cmp.Diff(tt.want, second, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("go-amf0 (-want +got):\n%s", diff)
			}
		})
	}
}

// decodeGoAMF0 decodes with go-amf0.
func decodeGoAMF0(b []byte) ([]any, error) {
	dec := amf0.NewDecoder(bytes.NewReader(b))
	var all []any
	for {
		var v any
		if err := dec.Decode(&v); err != nil {
			if len(all) > 0 || len(b) == 0 {
				return all, nil
			}
			return all, err
		}
		all = append(all, plain(v))
	}
}

// plain makes go-amf0's kinds of object one.
func plain(v any) any {
	object, ok := v.(amf0.ECMAArray)
	if !ok {
		return v
	}
	return map[string]any(object)
}

// nested is an object in an object and so on, depth of them.
func nested(depth int) []byte {
	b := bytes.Repeat([]byte{3, 0, 1, 'a'}, depth)
	b = append(b, 5)
	return append(b, bytes.Repeat([]byte{0, 0, 9}, depth)...)
}

func TestHostileAMF0(t *testing.T) {
	bomb := []byte{0x0A, 0x05, 0xF5, 0xE1, 0x00} // 100 million values, 1.5 GB in go-amf0
	bomb = append(bomb, make([]byte, 15)...)
	many := append([]byte{0x0A}, binary.BigEndian.AppendUint32(nil, amfValues+1)...)
	many = append(many, bytes.Repeat([]byte{5}, amfValues+1)...)
	boasts := bytes.Repeat([]byte{0x0A, 0, 0, 0x80, 0}, 30) // arrays in arrays, each of which could just be true
	boasts = append(boasts, bytes.Repeat([]byte{5}, 70_000)...)
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"20 bytes that ask for 1.5 GB", bomb, errAMFCount.Error()},
		{"deep nesting", nested(100_000), errAMFDepth.Error()},
		{"deep nesting of arrays", bytes.Repeat([]byte{0x0A, 0, 0, 0, 1}, 100_000), errAMFDepth.Error()},
		{"too many values", many, errAMFValues.Error()},
		{"too many values side by side", bytes.Repeat([]byte{5}, amfValues+1), errAMFValues.Error()},
		{"arrays that boast", boasts, errAMFValues.Error()},
		{"too large", make([]byte, amfSize+1), errAMFSize.Error()},
		{"a string longer than all", []byte{2, 0xFF, 0xFF, 'x'}, errAMFShort.Error()},
		{"a long string longer than all", []byte{0x0C, 0xFF, 0xFF, 0xFF, 0xFF, 'x'}, errAMFShort.Error()},
		{"an end without an object", []byte{9}, errAMFEnd.Error()},
		{"a marker nobody knows", []byte{0x42}, "AMF0: unknown marker 0x42"},
		{"an object cut short", []byte{3, 0, 1, 'a'}, errAMFShort.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := decodeAMF0(tt.in)
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > uint64(32<<10+128*len(tt.in)) {
				t.Errorf("%d bytes allocated to refuse %d", n, len(tt.in))
			}
			if err == nil || err.Error() != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	if _, err := decodeAMF0(nested(amfDepth)); err != nil {
		t.Errorf("nested as deep as allowed: %v", err)
	}
}

// TestGoAMF0Faults pins why go-amf0 does not decode what strangers send. When this fails, look again.
func TestGoAMF0Faults(t *testing.T) {
	if _, err := decodeGoAMF0([]byte{byte(amf0.MarkerUndefined)}); err == nil {
		t.Error("go-amf0 knows undefined now")
	}
	defer func() {
		if recover() == nil {
			t.Error("go-amf0 reads an array behind a value in an ECMA array now")
		}
	}()
	_, _ = decodeGoAMF0(wire(t, "08 00000002 0001 61 01 01 0001 62 0a 00000001 05 000009"))
}

// TestSecondAMF0 lets gortmplib read what we read.
func TestSecondAMF0(t *testing.T) {
	for _, tt := range amfCases {
		second, err := gortmplib.Unmarshal(wire(t, tt.in))
		if err != nil {
			continue // it knows fewer kinds
		}
		var got []any
		for _, v := range second {
			got = append(got, plainGortmplib(v))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func plainGortmplib(v any) any {
	entries := func(list []gortmplib.ObjectEntry) any {
		object := make(map[string]any)
		for _, e := range list {
			object[e.Key] = plainGortmplib(e.Value)
		}
		return object
	}
	switch v := v.(type) {
	case gortmplib.Object:
		return entries(v)
	case gortmplib.ECMAArray:
		return entries(v)
	case gortmplib.StrictArray:
		array := []any{}
		for _, e := range v {
			array = append(array, plainGortmplib(e))
		}
		return array
	case gortmplib.Undefined:
		return nil
	}
	return v
}

func FuzzAMF0(f *testing.F) {
	for _, tt := range amfCases {
		f.Add(wire(f, tt.in))
	}
	f.Add(nested(40))
	f.Add([]byte(strings.Repeat("\x0a\x00\x00\x00\x10", 20)))
	f.Fuzz(func(t *testing.T, b []byte) {
		values, err := decodeAMF0(b)
		if err != nil {
			return
		}
		var again bytes.Buffer
		enc := amf0.NewEncoder(&again)
		for _, v := range values {
			if !sayable(v) {
				return
			}
			if err := enc.Encode(v); err != nil {
				t.Fatalf("encode %v: %v", v, err)
			}
		}
		same, err := decodeAMF0(again.Bytes())
		if again.Len() > amfSize {
			return // a long way to say zeros
		}
		if err != nil {
			t.Fatalf("decoded and encoded: %v", err)
		}
		if diff := cmp.Diff(values, same, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("decoded and encoded (-first +second):\n%s", diff)
		}
	})
}

// sayable reports whether go-amf0 can encode v so that it comes back: it writes dates in its own way, and loses
// properties without a name.
func sayable(v any) bool {
	switch v := v.(type) {
	case time.Time:
		return false
	case string:
		return len(v) <= math.MaxUint16
	case []any:
		for _, e := range v {
			if !sayable(e) {
				return false
			}
		}
	case map[string]any:
		for name, e := range v {
			if name == "" || !sayable(e) {
				return false
			}
		}
	}
	return true
}
