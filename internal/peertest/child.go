package peertest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
)

// Child makes this program do one of its tests in a process of its own, which serves until its standard input ends, and scans what
// it says first by format into said: where it serves. The variable in its environment tells it that it is that process. The two ends
// of a benchmark are two processes then, as they are in a run, and what is measured of one is not mixed with the other.
func Child(b *testing.B, test, variable, format string, said ...any) {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^"+test+"$")
	cmd.Env = append(os.Environ(), variable+"=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	if _, err := fmt.Fscanf(stdout, format, said...); err != nil {
		b.Fatal(err)
	}
	go io.Copy(io.Discard, stdout)
}
