package launch

import (
	"fmt"
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
		"a.conf": "listen 1935;\n", "mounted.conf": "x 1;\n", "binary": "\x7fELF\x00", "long.flv": strings.Repeat("x", maxConfigSize+1),
		"wide.conf": "\xff\xfel\x00", "start.sh": "#!/bin/sh\nexec srs\n", "srs.log": "started at 1\n", "srs.pid": "1 2\n",
		"db-password": "user s3cr3t\n", ".htpasswd": "bob: $apr1$x\n", "one-word": "s3cr3t\n", "plain": "user s3cr3t\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, args string
		want       []string
	}{
		{"srs", "-c a.conf", []string{"a.conf"}},
		{"srs", "--conf=a.conf -c a.conf", []string{"a.conf"}},
		{"docker", "run -v mounted.conf:/etc/x.conf -c " + filepath.Join(dir, "a.conf"), []string{"mounted.conf", filepath.Join(dir, "a.conf")}},
		{"srs", "-c missing.conf folder binary wide.conf long.flv", nil},
		{"./start.sh", "a.conf", []string{"./start.sh", "a.conf"}},
		{"start.sh", "a.conf", []string{"a.conf"}}, // is looked for in the PATH
		{"./binary", "", nil},
		{"srs", "--log srs.log --pid=srs.pid", nil},
		{"srs", "db-password .htpasswd one-word", nil},
		{"srs", "--password-file plain", nil},
		{"srs", "--token-file=plain -c a.conf", []string{"a.conf"}},
		{"srs", "/dev/zero /dev/stdin /dev/tty", nil},
		{"srs", "", nil},
	} {
		var got []string
		for _, f := range Configs(Command{Path: c.path, Args: strings.Fields(c.args), Dir: dir}) {
			got = append(got, f.Path)
			if len(f.SHA256) != 64 || f.Text == "" {
				t.Errorf("%s %s: %+v", c.path, c.args, f)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %v, want %v", c.path, c.args, got, c.want)
		}
	}
	if got := Configs(Command{Path: "sh", Args: []string{"-c", `cd x && exec srs -c "a.conf"; true`}, Dir: dir}); len(got) != 1 || got[0].Path != "a.conf" {
		t.Errorf("of a shell: %+v", got)
	}
	var many []string
	for i := range 3 * maxConfigs {
		many = append(many, fmt.Sprintf("many-%d.conf", i))
		if err := os.WriteFile(filepath.Join(dir, many[i]), []byte("listen 1935;\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := Configs(Command{Path: "srs", Args: many, Dir: dir}); len(got) != maxConfigs {
		t.Errorf("%d files are kept", len(got))
	}
}

// TestConfigHash holds that a hash tells apart what is kept and confirms no guess of what is not, and that it is all there is of a file that is no UTF-8.
func TestConfigHash(t *testing.T) {
	dir := t.TempDir()
	kept := func(text string) (string, string) {
		if err := os.WriteFile(filepath.Join(dir, "a.conf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := Configs(Command{Path: "srs", Args: []string{"a.conf"}, Dir: dir})
		if len(got) != 1 {
			t.Fatalf("%q: %+v", text, got)
		}
		return got[0].SHA256, got[0].Text
	}
	one, _ := kept("listen 1935;\nsecret hunter2;\n")
	other, _ := kept("listen 1935;\nsecret hunter3;\n")
	third, _ := kept("listen 1936;\nsecret hunter2;\n")
	if one != other || one == third {
		t.Errorf("hashes: %s and %s, of another port %s", one, other, third)
	}
	gbk, text := kept("# \xc5\xe4\xd6\xc3\nlisten 1935;\n")
	again, _ := kept("# \xc5\xe4\xd6\xc3\nlisten 1936;\n")
	if text != "" || gbk == again {
		t.Errorf("no UTF-8: %q, hashes %s and %s", text, gbk, again)
	}
}

// TestMaskConfig holds that what lets somebody in is kept of no common format, and what doesn't is.
func TestMaskConfig(t *testing.T) {
	for _, text := range []string{
		`secret s3cr3t;`, `    api_token "s3cr3t";`, `password: s3cr3t`, `  "auth_key": "s3cr3t",`, `DB_PASSWORD=s3cr3t`, `<password>s3cr3t</password>`,
		`on_publish http://user:s3cr3t@host/hook;`, `forward rtmp://host/live?token=s3cr3t;`, `{"user": "u", "pwd": "s3cr3t"}`, `play { secret_key s3cr3t; }`,
		`$password="s3cr3t";`, `$conf['password'] = 's3cr3t';`, `'password' => 's3cr3t',`, `set_password("s3cr3t")`, `export DB_PASS1=s3cr3t`, `<add key="x" value="s3cr3t"/>`,
		`Set-Cookie: sid=s3cr3t`, `密码：s3cr3t`, `  口令 s3cr3t;`, `enable_auth on s3cr3t;`,
		"password:\n  s3cr3t", "password: |\n  s3cr3t\n\n  s3cr3t", "tokens:\n- s3cr3t\n- s3cr3t", "  \"keys\": [\n  \"s3cr3t\",\n  \"s3cr3t\"\n  ],", "\"password\":\n\"s3cr3t\",",
		"<password>\n  s3cr3t\n</password>", "password = \"\"\"\ns3cr3t\n\"\"\"", "password = '''\ns3cr3t\n'''", "srs --password \\\n  s3cr3t \\\n  s3cr3t",
		"auth {\n  users {\n    bob s3cr3t;\n  }\n  alice s3cr3t;\n}", "secret\n  s3cr3t;", "srs --password x \\\n s3cr3t",
	} {
		if got := maskConfig([]byte("a 1;\n" + text + "\nb 2;")); strings.Contains(got, "s3cr3t") || !strings.HasPrefix(got, "a 1;\n") || !strings.HasSuffix(got, "\nb 2;") {
			t.Errorf("%s: kept as %q", text, got)
		}
	}
	for _, word := range []string{"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"} {
		if got := maskConfig([]byte("x " + word + ";")); strings.Contains(got, word) {
			t.Errorf("kept: %q", got)
		}
	}
	for _, text := range []string{
		"gop_cache on;", "listen 1935;", "  min_latency: true", "keyframe_interval 2;", "signal x;", "auth on;", "  auth: \"false\",", "password: \"\"\nport: 1935",
		"vhost __defaultVhost__ {\n    http_remux {\n        mount [vhost]/[app]/[stream].flv;\n    }\n}", "mount /usr/local/srs-server-6.0.184/html;",
	} {
		if got := maskConfig([]byte(text)); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	for name, text := range map[string]string{
		"a key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", "a long line": "{" + strings.Repeat(`"a": 1, `, 1000) + "}",
		"a long file": strings.Repeat("listen 1935;\n", 3000), "what grew long": strings.Repeat("keys 1\n", maxConfigText/7),
	} {
		if got := maskConfig([]byte(text)); got != "" {
			t.Errorf("%s was kept: %.80q", name, got)
		}
	}
}

// FuzzMaskConfig holds that whatever stands in a file is kept in its lines and within the bound, or not at all.
func FuzzMaskConfig(f *testing.F) {
	for _, seed := range []string{"password:\n  x\n", "keys [\n(\n]\n", "auth {\n", "a '''\n", "secret \\\n\\", "密码：x\n", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := maskConfig([]byte(text))
		if len(got) > maxConfigText {
			t.Errorf("%d bytes", len(got))
		}
		if got != "" && strings.Count(got, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
