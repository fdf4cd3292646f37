package phrase

import "testing"

func TestJoin(t *testing.T) {
	for _, c := range []struct {
		join             func(Book) string
		english, chinese string
	}{
		{func(b Book) string { return b.List([]string{"fin", "rst", "cut"}) }, "fin, rst, cut", "fin、rst、cut"},
		{func(b Book) string { return b.Say(CLIProfile, Names{"srs", "lal"}) }, "what kind of server it is: auto, srs, lal", "服务器的类型：auto、srs、lal"},
		{func(b Book) string { return b.Clauses("a", "", "b") }, "a, b", "a，b"},
		{func(b Book) string { return b.Statements("", "a", "b") }, "a; b", "a；b"},
		{func(b Book) string { return b.List(nil) + b.Clauses("") + b.Statements("a") }, "a", "a"},
	} {
		if got := c.join(English); got != c.english {
			t.Errorf("%q, want %q", got, c.english)
		}
		if got := c.join(Chinese); got != c.chinese {
			t.Errorf("%q, want %q", got, c.chinese)
		}
	}
}
