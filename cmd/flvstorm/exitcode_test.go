package main

import (
	"strings"
	"testing"
)

// TestBisecting: the exit status is git's in each of the ways in which the flag can be given.
func TestBisecting(t *testing.T) {
	for words, want := range map[string]bool{
		"chaos": false, "chaos --bisect": true, "chaos --bisect=true": true, "chaos --bisect=1": true, "chaos --bisect=T": true,
		"chaos --bisect=false": false, "chaos --bisect --bisect=0": false, "chaos --bisect=maybe": true, "chaos --bisects": false,
	} {
		if got := bisecting(strings.Fields(words)); got != want {
			t.Errorf("%s: %v", words, got)
		}
	}
}
