package main

import "testing"

func TestBisectStatus(t *testing.T) {
	for code, want := range map[int]int{0: 0, 1: 1, exitUsage: 128, exitCannotRun: 125, exitInterrupted: 130} {
		if got := bisectStatus(code); got != want {
			t.Errorf("%d: %d, want %d", code, got, want)
		}
	}
}
