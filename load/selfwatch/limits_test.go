package selfwatch

import (
	"math"
	"strings"
	"testing"
)

func TestShortage(t *testing.T) {
	for _, tt := range []struct {
		need, limit, hard int
		system, want      string
	}{
		{1024, 1024, 1024, "linux", ""},
		{1025, 1024, 1024, "linux", "this run needs 1025 descriptors, and a process may have 1024 here: let this shell have more with: sudo prlimit --pid $$ --nofile=65536:65536;"},
		{100_000, 20_000, 20_000, "linux", "--nofile=131072:131072"},
		{2000, 1024, 4096, "linux", "ulimit -n 4096"},
		{2000, 1024, 2000, "linux", "ulimit -n 2000"},
		{2000, 1024, math.MaxInt32, "linux", "ulimit -n 65536"},
		{2000, 1024, 1024, "darwin", "sudo launchctl limit maxfiles 65536 65536 && ulimit -n 65536"},
		{2000, 1024, 1024, "plan9", "raise that limit to 65536"},
		{math.MaxInt32, -1, -1, "windows", ""},
	} {
		checkShortage(t, tt, shortage(tt.need, tt.limit, tt.hard, tt.system), tt.want)
	}
	if err := Shortage(0); err != nil {
		t.Error(err)
	}
}

func TestShortageOfPorts(t *testing.T) {
	for _, tt := range []struct {
		need, sources int
		system, want  string
	}{
		{28_000, 1, "linux", ""},
		{28_001, 1, "linux", "28000 local ports for each of 1 addresses: give 2 addresses of this machine with --source-ip, or have more ports with: sudo sysctl"},
		{84_000, 3, "linux", ""},
		{84_001, 3, "darwin", "for each of 3 addresses: give 4 addresses of this machine with --source-ip; or"},
	} {
		checkShortage(t, tt, shortageOfPorts(tt.need, tt.sources, 28_000, tt.system), tt.want)
	}
	if err := ShortageOfPorts(1, 0); err != nil {
		t.Error(err)
	}
}

func checkShortage(t *testing.T, of any, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%+v: %v", of, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "%!")):
		t.Errorf("%+v: %v; want one line with %q", of, err, want)
	}
}
