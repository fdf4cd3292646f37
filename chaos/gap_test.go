package chaos

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseGap(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		in   string
		want Gap
		bad  bool
	}{
		{in: "0", want: Gap{}},
		{in: "50ms", want: Gap{From: 50 * ms, To: 50 * ms}},
		{in: "0..200ms", want: Gap{To: 200 * ms}},
		{in: "10ms..20ms", want: Gap{From: 10 * ms, To: 20 * ms}},
		{in: "sweep:0..500ms", want: Gap{To: 500 * ms, Sweep: true}},
		{in: "", bad: true},
		{in: "soon", bad: true},
		{in: "50", bad: true},
		{in: "-5ms", bad: true},
		{in: "+5ms", bad: true},
		{in: "1s..", bad: true},
		{in: "..1s", bad: true},
		{in: "2s..1s", bad: true},
		{in: "sweep:1s", bad: true},
		{in: "sweep:", bad: true},
		{in: "2h", bad: true},
	}
	for _, tt := range tests {
		got, err := ParseGap(tt.in)
		if (err != nil) != tt.bad {
			t.Errorf("ParseGap(%q): error %v, want error: %v", tt.in, err, tt.bad)
		}
		if err != nil {
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("ParseGap(%q) (-want +got):\n%s", tt.in, diff)
		}
		if again, err := ParseGap(got.String()); err != nil || again != got {
			t.Errorf("ParseGap(%q).String() = %q does not read back: %v, %v", tt.in, got.String(), again, err)
		}
	}
}

func TestLadderWalksDown(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		gap  string
		want []time.Duration
	}{
		{"sweep:0..100ms", []time.Duration{100 * ms, 50 * ms, 20 * ms, 10 * ms, 5 * ms, 2 * ms, ms, 0}},
		{"sweep:20ms..3s", []time.Duration{3000 * ms, 2000 * ms, 1000 * ms, 500 * ms, 200 * ms, 100 * ms, 50 * ms, 20 * ms}},
		{"sweep:5ms..5ms", []time.Duration{5 * ms}},
		{"sweep:0..0", []time.Duration{0}},
	}
	for _, tt := range tests {
		g, err := ParseGap(tt.gap)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, g.ladder()); diff != "" {
			t.Errorf("ladder of %s (-want +got):\n%s", tt.gap, diff)
		}
	}
}
