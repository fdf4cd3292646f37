package history

import (
	"encoding/json"
	"hash/maphash"
	"math"
	"reflect"
	"strings"
)

// A plain line is one as the encoder of this package writes it: the fields in the order of the struct, without spaces, each once,
// and no payload but of numbers, strings and flags. Nearly all lines are plain, and to read one is to compare names and to convert
// numbers, a seventh of the work. What is the least bit otherwise is left to encoding/json, which alone says what is an event and
// what is an error.

// layout is how the payload of a kind stands in a plain line.
type layout struct {
	scratch reflect.Value // of the kind's type, used again for each payload
	zero    reflect.Value
	fields  []slot
}

// slot is one field of a payload.
type slot struct {
	name  string // quoted, with the colon behind it
	value reflect.Value
	ages  *[]int64 // of a list of numbers, which is the only kind of list
	text  *string
	must  bool // it is written even when it is empty
}

// layoutOf is the layout of a payload's type, nil if it is not plain.
func layoutOf(sample Payload) *layout {
	typ := reflect.TypeOf(sample)
	l := &layout{scratch: reflect.New(typ).Elem(), zero: reflect.Zero(typ)}
	for i := range typ.NumField() {
		name, option, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		s := slot{name: `"` + name + `":`, value: l.scratch.Field(i), must: option == ""}
		switch to := s.value.Addr().Interface().(type) {
		case *string:
			s.text = to
		case *[]int64:
			s.ages = to
		default:
			switch k := s.value.Kind(); {
			case name == "" || option != "" && option != "omitempty":
				return nil
			case k == reflect.Bool, k == reflect.String, s.value.CanInt(), s.value.CanUint():
			default:
				return nil
			}
		}
		l.fields = append(l.fields, s)
	}
	return l
}

// plain reads plain lines. It belongs to one reader.
type plain struct {
	layouts map[string]*layout // by kind; nil of one that isn't plain
	strings interner
	rest    []byte // of the line
}

func newPlain() *plain {
	return &plain{layouts: map[string]*layout{}, strings: interner{seed: maphash.MakeSeed()}}
}

// event reads a line. It reports whether the line was plain; else nothing is known of it.
func (p *plain) event(line []byte) (ev Event, ok bool) {
	p.rest = line
	if !p.skip(`{"seq":`) || !p.integer(&ev.Seq) || !p.skip(`,"at":`) || !p.integer((*int64)(&ev.At)) {
		return ev, false
	}
	if p.skip(`,"due":`) && !p.integer((*int64)(&ev.Due)) {
		return ev, false
	}
	if p.skip(`,"key":`) && !p.string(&ev.Key) || p.skip(`,"actor":`) && !p.string(&ev.Actor) {
		return ev, false
	}
	var epoch int64
	if p.skip(`,"epoch":`) && (!p.integer(&epoch) || epoch < 0 || epoch > math.MaxUint32) {
		return ev, false
	}
	ev.Epoch = uint32(epoch)
	var kind string
	if !p.skip(`,"kind":`) || !p.string(&kind) {
		return ev, false
	}
	l, known := p.layouts[kind]
	if !known {
		decodes, ok := kinds[kind]
		if !ok {
			return ev, false
		}
		sample, err := decodes(nil)
		if err != nil {
			return ev, false
		}
		l = layoutOf(sample)
		p.layouts[kind] = l
	}
	if l == nil {
		return ev, false
	}
	l.scratch.Set(l.zero)
	if p.skip(`,"data":{`) && !p.payload(l) || string(p.rest) != "}" {
		return ev, false
	}
	ev.What = l.scratch.Interface().(Payload)
	return ev, true
}

// payload reads the fields of l and the brace behind them.
func (p *plain) payload(l *layout) bool {
	for i := range l.fields {
		f := &l.fields[i]
		if !p.skip(f.name) {
			if f.must {
				return false
			}
			continue
		}
		if !p.field(f) {
			return false
		}
		switch {
		case p.skip("}"):
			for _, missing := range l.fields[i+1:] {
				if missing.must {
					return false
				}
			}
			return true
		case !p.skip(","):
			return false
		}
	}
	return len(l.fields) == 0 && p.skip("}")
}

// field reads the value of one field.
func (p *plain) field(f *slot) bool {
	switch {
	case f.text != nil:
		return p.string(f.text)
	case f.ages != nil:
		return p.integers(f.ages)
	}
	switch {
	case f.value.Kind() == reflect.Bool:
		yes := p.skip("true")
		f.value.SetBool(yes)
		return yes || p.skip("false")
	case f.value.Kind() == reflect.String:
		var s string
		if !p.string(&s) {
			return false
		}
		f.value.SetString(s)
		return true
	}
	var n int64
	if !p.integer(&n) {
		return false
	}
	if f.value.CanUint() {
		if n < 0 || f.value.OverflowUint(uint64(n)) {
			return false
		}
		f.value.SetUint(uint64(n))
		return true
	}
	if f.value.OverflowInt(n) {
		return false
	}
	f.value.SetInt(n)
	return true
}

// skip goes over text if it stands next.
func (p *plain) skip(text string) bool {
	if len(p.rest) < len(text) || string(p.rest[:len(text)]) != text {
		return false
	}
	p.rest = p.rest[len(text):]
	return true
}

// maxDigits is how many digits of a number can't be too many for 64 bits.
const maxDigits = 18

// integer reads a number that is whole, and behind which something else begins.
func (p *plain) integer(to *int64) bool {
	i, minus := 0, false
	if len(p.rest) > 0 && p.rest[0] == '-' {
		i, minus = 1, true
	}
	from, n := i, int64(0)
	for i < len(p.rest) && p.rest[i] >= '0' && p.rest[i] <= '9' {
		n = n*10 + int64(p.rest[i]-'0')
		i++
		if i-from > maxDigits {
			return false
		}
	}
	// RFC 8259, section 6: no leading zeros. A fraction or an exponent would follow.
	if i == from || i-from > 1 && p.rest[from] == '0' || i == len(p.rest) || p.rest[i] != ',' && p.rest[i] != '}' && p.rest[i] != ']' {
		return false
	}
	if minus {
		n = -n
	}
	p.rest, *to = p.rest[i:], n
	return true
}

// integers reads a list of numbers that is not empty.
func (p *plain) integers(to *[]int64) bool {
	if !p.skip("[") {
		return false
	}
	out := make([]int64, 0, 16)
	for {
		var n int64
		if !p.integer(&n) {
			return false
		}
		out = append(out, n)
		if p.skip("]") {
			*to = out
			return true
		}
		if !p.skip(",") {
			return false
		}
	}
}

// string reads a string.
func (p *plain) string(to *string) bool {
	if !p.skip(`"`) {
		return false
	}
	for i, c := range p.rest {
		switch {
		case c == '"':
			*to = p.strings.text(p.rest[:i])
			p.rest = p.rest[i+1:]
			return true
		case c < ' ':
			return false
		case c > '~', c == '\\':
			return p.quoted(to, i)
		}
	}
	return false
}

// quoted reads a string in which something stands escaped, or is not ASCII, after so many characters.
func (p *plain) quoted(to *string, i int) bool {
	for ; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			i++
		case '"':
			quoted := make([]byte, 0, i+2)
			quoted = append(append(append(quoted, '"'), p.rest[:i]...), '"')
			p.rest = p.rest[i+1:]
			return json.Unmarshal(quoted, to) == nil
		}
	}
	return false
}

// interner keeps the strings that came last, for most come again: keys, actors, answers. What comes again takes no memory,
// and is known for the same at a glance.
type interner struct {
	seed maphash.Seed
	kept [internSlots]string
}

const (
	internSlots = 1 << 14
	maxInterned = 64
)

func (in *interner) text(b []byte) string {
	if len(b) > maxInterned || len(b) == 0 {
		return string(b)
	}
	slot := &in.kept[maphash.Bytes(in.seed, b)%internSlots]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}
