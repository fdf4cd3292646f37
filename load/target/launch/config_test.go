package launch

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestConfigs holds which files a command line is taken to name, wherever they stand on it, and that no other is read.
func TestConfigs(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.conf": "listen 1935;\n", "mounted.conf": "x 1;\n", "binary": "\x7fELF\x00", "long.flv": strings.Repeat("x", maxConfigSize+1), "latin": "\xff\xfe",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		want []string
	}{
		{"-c a.conf", []string{"a.conf"}},
		{"--conf=a.conf -c a.conf", []string{"a.conf"}},
		{"run -v mounted.conf:/etc/x.conf -c " + filepath.Join(dir, "a.conf"), []string{"mounted.conf", filepath.Join(dir, "a.conf")}},
		{"-c missing.conf folder binary latin long.flv", nil},
		{"", nil},
	} {
		var got []string
		for _, f := range Configs(strings.Fields(c.args), dir) {
			got = append(got, f.Path)
			if len(f.SHA256) != 64 || f.Text == "" {
				t.Errorf("%s: %+v", c.args, f)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.args, got, c.want)
		}
	}
}

// TestMaskConfig holds that what lets somebody in is kept of no common format, and what doesn't is.
func TestMaskConfig(t *testing.T) {
	for _, line := range []string{
		`secret s3cr3t;`, `    api_token "s3cr3t";`, `password: s3cr3t`, `  "auth_key": "s3cr3t",`, `DB_PASSWORD=s3cr3t`, `<password>s3cr3t</password>`,
		`on_publish http://user:s3cr3t@host/hook;`, `forward rtmp://host/live?token=s3cr3t;`, `{"user": "u", "pwd": "s3cr3t"}`, `play { secret_key s3cr3t; }`,
	} {
		if got := maskConfig([]byte("a 1;\n" + line + "\nb 2;")); strings.Contains(got, "s3cr3t") || !strings.HasPrefix(got, "a 1;\n") || !strings.HasSuffix(got, "\nb 2;") {
			t.Errorf("%s: kept as %q", line, got)
		}
	}
	for _, line := range []string{"gop_cache on;", "listen 1935;", "  min_latency: true", "keyframe_interval 2;", "signal x;"} {
		if got := maskConfig([]byte(line)); got != line {
			t.Errorf("%q became %q", line, got)
		}
	}
	if got := maskConfig([]byte("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n")); got != "" {
		t.Errorf("a key was kept: %q", got)
	}
}
