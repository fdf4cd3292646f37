package ramp

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"pgregory.net/rapid"
)

func TestParseShare(t *testing.T) {
	for _, c := range []struct {
		manner load.Manner
		text   string
		want   Share
		says   string
	}{
		{load.Slow, "5%@200k", Share{load.Slow, 0.05, 200_000, 0}, ""},
		{load.Slow, "0.5%@1M", Share{load.Slow, 0.005, 1_000_000, 0}, ""},
		{load.Slow, "100%@1G", Share{load.Slow, 1, 1_000_000_000, 0}, ""},
		{load.Slow, "5%@64000", Share{load.Slow, 0.05, 64_000, 0}, ""},
		{load.Churn, "10%@5s", Share{load.Churn, 0.1, 0, 5 * s}, ""},
		{load.Idle, "2%", Share{load.Idle, 0.02, 0, 0}, ""},

		{load.Slow, "", Share{}, "--slow \"\": must look like --slow 5%@200k"},
		{load.Slow, "5%", Share{}, "must look like --slow 5%@200k"},
		{load.Slow, "5@200k", Share{}, "must look like --slow 5%@200k"},
		{load.Slow, "5%@", Share{}, "must look like --slow 5%@200k"},
		{load.Slow, "5%@fast", Share{}, "must look like --slow 5%@200k"},
		{load.Slow, "5%@-1k", Share{}, "must look like --slow 5%@200k"},
		{load.Slow, "5%@999", Share{}, "the rate must be 1k to 1G"},
		{load.Slow, "5%@2G", Share{}, "the rate must be 1k to 1G"},
		{load.Slow, "5%@2000000000G", Share{}, "the rate must be 1k to 1G"},
		{load.Slow, "0%@200k", Share{}, "the share must be above 0% and at most 100%"},
		{load.Slow, "-5%@200k", Share{}, "the share must be above 0%"},
		{load.Slow, "101%@200k", Share{}, "the share must be above 0%"},
		{load.Slow, "NaN%@200k", Share{}, "the share must be above 0%"},
		{load.Slow, "1e999%@200k", Share{}, "the share must be above 0%"},
		{load.Churn, "10%", Share{}, "must look like --churn 10%@5s"},
		{load.Churn, "10%@5", Share{}, "must look like --churn 10%@5s"},
		{load.Churn, "10%@99ms", Share{}, "stays must be 100ms to 168h"},
		{load.Churn, "10%@-5s", Share{}, "stays must be 100ms to 168h"},
		{load.Churn, "10%@169h", Share{}, "stays must be 100ms to 168h"},
		{load.Idle, "2%@5s", Share{}, "must look like --idle 2%"},
		{load.Idle, "2", Share{}, "must look like --idle 2%"},
	} {
		got, err := ParseShare(c.manner, c.text)
		if (c.says == "") != (err == nil) || got != c.want {
			t.Errorf("%s %q: %+v, %v; want %+v", c.manner, c.text, got, err, c.want)
		}
		if err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %q: %v; want it to say %q", c.manner, c.text, err, c.says)
		}
	}
}

func TestMixIsOfAll(t *testing.T) {
	_, err := NewMix(1, Share{Manner: load.Slow, Part: 0.6}, Share{Manner: load.Idle, Part: 0.412})
	if err == nil || !strings.Contains(err.Error(), "make 101.2 % of the players") {
		t.Error(err)
	}
	var all []Share // as floating-point numbers these are a little more than all
	for manner, text := range map[load.Manner]string{load.Slow: "0.3%@1k", load.Churn: "87.4%@1s", load.Idle: "12.3%"} {
		share, err := ParseShare(manner, text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, share)
	}
	m, err := NewMix(1, all...)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 1000 {
		if got := m.Seat(n).Manner; got == load.Prompt {
			t.Errorf("seat %d is %s", n, got)
		}
	}
	if got := (Mix{}).Seat(7); got != (Share{Manner: load.Prompt}) {
		t.Errorf("%+v", got)
	}
}

// TestMixKeepsShares: of however many players, on any one of however many keys, each manner has its share to within a few.
func TestMixKeepsShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slow, idle := rapid.Float64Range(0.001, 0.5).Draw(t, "slow"), rapid.Float64Range(0.001, 0.5).Draw(t, "idle")
		seed := rapid.Int64().Draw(t, "seed")
		m, err := NewMix(seed, Share{Manner: load.Slow, Part: slow, Rate: 1000}, Share{Manner: load.Idle, Part: idle})
		if err != nil {
			t.Fatal(err)
		}
		keys := rapid.IntRange(1, 7).Draw(t, "keys")
		players := rapid.IntRange(1, 3000).Draw(t, "players")
		got := map[load.Manner]int{}
		for n := range players {
			share := m.Seat(n * keys)
			got[share.Manner]++
			if (share.Rate == 1000) != (share.Manner == load.Slow) {
				t.Fatalf("%+v", share)
			}
		}
		for manner, part := range map[load.Manner]float64{load.Slow: slow, load.Idle: idle} {
			if off := math.Abs(float64(got[manner]) - part*float64(players)); off > 8 {
				t.Errorf("%d of %d are %s, want %.3f of them", got[manner], players, manner, part)
			}
		}
		if again, _ := NewMix(seed, m.shares...); again.Seat(players) != m.Seat(players) {
			t.Error("the same seed made another mix")
		}
	})
}

// FuzzParseShare: what it takes is a part of the players that can be had.
func FuzzParseShare(f *testing.F) {
	for _, text := range []string{"5%@200k", "10%@5s", "2%", "NaN%@1k", "1e400%", "100%@1G", "5%@@", "%", "1%@2147483647G"} {
		f.Add(0, text)
		f.Add(1, text)
		f.Add(2, text)
	}
	f.Fuzz(func(t *testing.T, which int, text string) {
		manner := []load.Manner{load.Slow, load.Churn, load.Idle}[uint(which)%3]
		share, err := ParseShare(manner, text)
		if err != nil {
			if share != (Share{}) || !strings.HasPrefix(err.Error(), "--"+string(manner)) || !strings.Contains(text, "%") && strings.Contains(err.Error(), "%!") {
				t.Errorf("%q: %+v, %v", text, share, err)
			}
			return
		}
		right := share.Manner == manner && share.Part > 0 && share.Part <= 1
		if manner == load.Slow {
			right = right && share.Rate >= minRate && share.Rate <= maxRate
		}
		if manner == load.Churn {
			right = right && share.Stay >= minStay && share.Stay <= 1000*time.Hour
		}
		if !right {
			t.Errorf("%q: %+v", text, share)
		}
	})
}
