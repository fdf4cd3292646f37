package target

import (
	"strings"
	"testing"
)

func TestDetours(t *testing.T) {
	tests := []struct {
		detours, addr, want string
	}{
		{"", "h:1", "h:1"},
		{"h:1:x:2", "h:1", "x:2"},
		{"h:1:x:2", "H:1", "x:2"},
		{"h:1:x:2", "h:2", "h:2"},
		{"h:1:x:2", "g:1", "g:1"},
		{"::x:2", "h:1", "x:2"},
		{":1:x:", "h:1", "x:1"},
		{"h:::2", "h:1", "h:2"},
		{"h:1:x:2 ::y:3", "h:1", "x:2"},
		{"h:1:x:2 ::y:3", "h:9", "y:3"},
		{"[::1]:1:[fe80::1%eth0]:2", "[::1]:1", "[fe80::1%eth0]:2"},
		{"::[::1]:", "h:1", "[::1]:1"},
		{"::127.0.0.1:8443", "[::1]:443", "127.0.0.1:8443"},
	}
	for _, tt := range tests {
		r := road(t, RoadConfig{ConnectTo: strings.Fields(tt.detours)})
		if got := r.lead(tt.addr); got != tt.want {
			t.Errorf("%q: %s leads to %s, want %s", tt.detours, tt.addr, got, tt.want)
		}
	}
	for _, bad := range []string{
		"", ":::", "h", "h:1", "h:1:x", "h:1:x:2:3", "::1:1:x:2:", "[::1:1:x:2", "[::1]1:x:2", "[x]:1:y:2", "h:0:x:2", "h:1:x:a", "h:1::",
		"http://h:1:x:2", "a b:1:x:2", "h:1:x:2 ", "h:1:x:-1",
	} {
		if d, err := parseDetour(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, d)
		}
	}
}

// FuzzDetour: whatever is taken leads somewhere.
func FuzzDetour(f *testing.F) {
	for _, s := range []string{"h:1:x:2", "::[::1]:", "[fe80::1%a]:1:x:2", ":::", "[:::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDetour(text)
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "%!") && !strings.Contains(text, "%!") {
				t.Errorf("%q", err)
			}
			return
		}
		if d.toHost == "" && d.toPort == "" {
			t.Errorf("%q leads nowhere: %+v", text, d)
		}
		(&Road{detours: []detour{d}}).lead("h:1")
	})
}
