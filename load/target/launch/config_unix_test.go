//go:build unix

package launch

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestConfigsWaitForNothing holds that a pipe on a command line, under its own name or another, keeps nobody waiting, and that a file behind a link is read.
func TestConfigsWaitForNothing(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.conf"), []byte("listen 1935;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"to-pipe": "pipe", "to-file": "a.conf", "to-itself": "to-itself", "to-device": "/dev/zero"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	got := Configs(Command{Path: "srs", Args: []string{"pipe", "to-pipe", "to-itself", "to-device", "to-file"}, Dir: dir})
	if len(got) != 1 || got[0].Path != "to-file" || got[0].Text != "listen 1935;\n" {
		t.Errorf("%+v", got)
	}
}
