package story

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// names are what the indexes of a lane stand for, as they stand in the JSON.
type names struct {
	Outcomes []string `json:"outcomes"`
	Leaves   []string `json:"leaves"`
	Roles    []string `json:"roles"`
	Classes  []string `json:"classes"`
	States   []string `json:"states"`
	Plays    []string `json:"plays"`
}

// MarshalJSON writes the story and, as "names", what its indexes stand for.
func (s Story) MarshalJSON() ([]byte, error) {
	type plain Story
	return json.Marshal(struct {
		plain
		Names names `json:"names"`
	}{plain(s), names{Outcomes, Leaves, Roles, Classes, States, Plays}})
}

// MarshalJSON writes [from, len, epoch, outcome, left, n].
func (b Bar) MarshalJSON() ([]byte, error) {
	return numbers(b.From, b.Len, int64(b.Epoch), int64(b.Outcome), int64(b.Left), b.N), nil
}

// UnmarshalJSON reads what MarshalJSON wrote; so do the others.
func (b *Bar) UnmarshalJSON(data []byte) error {
	var n [6]int64
	if err := read(data, n[:]); err != nil {
		return err
	}
	*b = Bar{n[0], n[1], uint32(n[2]), int(n[3]), int(n[4]), n[5]}
	return nil
}

// MarshalJSON writes [at, class, role, epoch, n, len].
func (t Tick) MarshalJSON() ([]byte, error) {
	return numbers(t.At, int64(t.Class), int64(t.Role), int64(t.Epoch), t.N, t.Len), nil
}

func (t *Tick) UnmarshalJSON(data []byte) error {
	var n [6]int64
	if err := read(data, n[:]); err != nil {
		return err
	}
	*t = Tick{n[0], int(n[1]), int(n[2]), uint32(n[3]), n[4], n[5]}
	return nil
}

// MarshalJSON writes [from, len, state, refused, n].
func (g Gap) MarshalJSON() ([]byte, error) {
	return numbers(g.From, g.Len, int64(g.State), g.Refused, g.N), nil
}

func (g *Gap) UnmarshalJSON(data []byte) error {
	var n [5]int64
	if err := read(data, n[:]); err != nil {
		return err
	}
	*g = Gap{n[0], n[1], int(n[2]), n[3], n[4]}
	return nil
}

// MarshalJSON writes [from, len, play, n].
func (s Session) MarshalJSON() ([]byte, error) {
	return numbers(s.From, s.Len, int64(s.Play), s.N), nil
}

func (s *Session) UnmarshalJSON(data []byte) error {
	var n [4]int64
	if err := read(data, n[:]); err != nil {
		return err
	}
	*s = Session{n[0], n[1], int(n[2]), n[3]}
	return nil
}

// MarshalJSON writes [from, len, n].
func (d Dry) MarshalJSON() ([]byte, error) { return numbers(d.From, d.Len, d.N), nil }

func (d *Dry) UnmarshalJSON(data []byte) error {
	var n [3]int64
	if err := read(data, n[:]); err != nil {
		return err
	}
	*d = Dry{n[0], n[1], n[2]}
	return nil
}

// numbers is a JSON array of them.
func numbers(list ...int64) []byte {
	b := make([]byte, 0, 48)
	for i, n := range list {
		b = append(b, ",["[b2i(i == 0)])
		b = strconv.AppendInt(b, n, 10)
	}
	return append(b, ']')
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// read reads an array of exactly so many numbers.
func read(data []byte, into []int64) error {
	var list []int64
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list) != len(into) {
		return fmt.Errorf("%d numbers where %d should be", len(list), len(into))
	}
	copy(into, list)
	return nil
}
