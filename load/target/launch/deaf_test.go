package launch

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// TestDeaf: a process that listens is no deaf one, also where the system does not let us see that another does.
func TestDeaf(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if Deaf(os.Getpid()) {
		t.Error("this process listens, and is deaf")
	}
	sleep := exec.Command("sleep", "60")
	if err := sleep.Start(); err != nil {
		t.Skip(err)
	}
	defer func() {
		sleep.Process.Kill()
		sleep.Wait()
	}()
	if got, want := Deaf(sleep.Process.Pid), runtime.GOOS == "linux"; got != want {
		t.Errorf("sleep: deaf %t, want %t", got, want)
	}
}
