//go:build unix

package selfwatch

import (
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestRaiseDescriptors: the limit of this process and of its children becomes the hard one.
func TestRaiseDescriptors(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Setrlimit(unix.RLIMIT_NOFILE, &before) })
	lower := before
	lower.Cur = 512
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &lower); err != nil {
		t.Fatal(err)
	}
	if limit, _ := descriptorLimits(); limit != 512 {
		t.Fatalf("the limit is %d, not 512", limit)
	}
	limit, hard, err := RaiseDescriptors()
	if err != nil || limit < 512 || hard < limit {
		t.Fatalf("raised to %d of %d: %v", limit, hard, err)
	}
	if limit != hard && runtime.GOOS != "darwin" { // which has no hard limit, and a bound all the same
		t.Errorf("raised to %d, which is not all of %d", limit, hard)
	}
	out, err := exec.Command("sh", "-c", "ulimit -n").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "unlimited" && got != strconv.Itoa(limit) {
		t.Errorf("a child may have %s, we %d", got, limit)
	}
}
