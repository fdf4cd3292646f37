package proc

import "testing"

func TestPortRange(t *testing.T) {
	for text, want := range map[string]int{"32768\t60999\n": 28232, "5 5": 1, "1 65535": 65535, "": 0, "1": 0, "9 5": 0, "1 65536": 0, "a b": 0, "1 2 3": 0} {
		got, err := parsePortRange(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d ports, %v; want %d", text, got, err, want)
		}
	}
	if n := EphemeralPorts(); n < 1 || n > 65535 {
		t.Errorf("%d ports", n)
	}
}
