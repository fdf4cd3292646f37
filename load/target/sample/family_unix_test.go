//go:build unix

package sample

import (
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// sleeper is a shell with a child, both asleep until the test ends.
func sleeper(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("sh", "-c", "sleep 300 & echo; wait")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		exec.Command("kill", "-KILL", "--", "-"+strconv.Itoa(cmd.Process.Pid)).Run()
		cmd.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func TestAProcessThatGoes(t *testing.T) {
	for _, child := range []bool{false, true} {
		cmd := sleeper(t)
		var pid atomic.Int64
		pid.Store(int64(cmd.Process.Pid))
		s, sink, stop := sampling(t, Config{PID: func() int { return int(pid.Load()) }, Child: child})
		<-s.Began()
		cmd.Process.Kill()
		cmd.Wait()
		if !child {
			<-s.Gone()
		}
		samples := len(historytest.Of[history.Usage](sink))
		pid.Store(int64(os.Getpid())) // another takes its place
		historytest.Eventually(t, "a sample of the next process", func() bool { return len(historytest.Of[history.Usage](sink)) > samples+1 })
		stop()
		var gone []int
		for _, p := range historytest.Of[history.Process](sink) {
			if p.State == "gone" {
				gone = append(gone, p.PID)
			}
		}
		if want := b2i(!child); len(gone) != want || want == 1 && gone[0] != cmd.Process.Pid {
			t.Errorf("child %v: gone %v", child, gone)
		}
	}
}
