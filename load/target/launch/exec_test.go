//go:build unix

package launch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		words string
		want  []string
		wrong string // in the error
	}{
		{"objs/srs -c my.conf", []string{"objs/srs", "-c", "my.conf"}, ""},
		{`  a  "b c"	'd "e"' f\ g` + "\nh", []string{"a", "b c", `d "e"`, "f g", "h"}, ""},
		{`sh -c 'a | b && c > $HOME; d &'`, []string{"sh", "-c", "a | b && c > $HOME; d &"}, ""},
		{`a rtmp://h/x?a=1&b=2 5$ $ "&&" "|" \; \$x`, []string{"a", "rtmp://h/x?a=1&b=2", "5$", "$", "&&", "|", ";", "$x"}, ""},
		{"a ~user x~ K=V", []string{"a", "~user", "x~", "K=V"}, ""},
		{"", nil, "is empty"},
		{" \t\n", nil, "is empty"},
		{"''", nil, "is empty"},
		{"a 'b", nil, "has no end"},
		{`a "b`, nil, "has no end"},
		{`a \`, nil, "has no end"},
		{"a | b", nil, "so | means nothing"},
		{"a|b", nil, "so | means nothing"},
		{"a && b", nil, "so && means nothing"},
		{"a &", nil, "so & means nothing"},
		{"a& b", nil, "so & means nothing"},
		{"a; b", nil, "so ; means nothing"},
		{"a 2>/dev/null", nil, "so > means nothing"},
		{"a < b", nil, "so < means nothing"},
		{"a $(b)", nil, "so $( means nothing"},
		{`a "$(b)"`, nil, "so $( means nothing"},
		{"a `b`", nil, "so ` means nothing"},
		{"a $HOME/x", nil, "so $HOME means nothing"},
		{`a "${HOME}"`, nil, "so ${HOME means nothing"},
		{"a -c ~/x", nil, "so ~ means nothing"},
		{"SRS_LISTEN=1935 objs/srs", nil, "SRS_LISTEN=… is a setting"},
	}
	for _, tt := range tests {
		got, err := Split("--exec", tt.words)
		if tt.wrong == "" {
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%q: %v (-want +got):\n%s", tt.words, err, diff)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.wrong) || !strings.HasPrefix(err.Error(), "--exec") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", tt.words, err)
		}
	}
	if _, err := Split("--exec", "a rtmp://u:hunter2@h/x?token=hunter2 |"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`a "b c" 'd' \e $f`)
	f.Fuzz(func(t *testing.T, words string) {
		got, err := Split("--exec", words)
		if err == nil && (len(got) == 0 || got[0] == "") {
			t.Errorf("%q has no program", words)
		}
	})
}

func TestProgram(t *testing.T) {
	dir := t.TempDir()
	for path, mode := range map[string]os.FileMode{"trunk/objs/srs": 0o755, "trunk/objs/data": 0o644, "here": 0o755} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("PATH", filepath.Join(dir, "trunk", "objs"))
	tests := []struct {
		path, dir, want, wrong string
	}{
		{path: "objs/srs", dir: "trunk", want: "trunk/objs/srs"},
		{path: "./srs", dir: filepath.Join(dir, "trunk/objs"), want: "trunk/objs/srs"},
		{path: "./here", want: "here"},
		{path: "trunk/objs/srs", want: "trunk/objs/srs"},
		{path: filepath.Join(dir, "here"), dir: "trunk", want: "here"},
		{path: "srs", want: "trunk/objs/srs"},
		{path: "here", wrong: "no program of that name in PATH; give its path, such as ./here"},
		{path: "data", wrong: "no program of that name in PATH"},
		{path: "./missing", wrong: "there is no program missing (file does not exist)"},
		{path: "trunk/objs/srs", dir: "trunk", wrong: "there is no program trunk/trunk/objs/srs, but trunk/objs/srs is there: a program is looked for in --exec-dir"},
		{path: "objs/data", dir: "trunk", wrong: "chmod +x"},
		{path: "./trunk", wrong: "trunk is a folder"},
		{path: "./here/srs", wrong: "not a directory"},
		{path: "./here", dir: "nowhere", wrong: "--exec-dir nowhere: there is no such folder"},
	}
	for _, tt := range tests {
		got, err := Program(tt.path, tt.dir)
		if tt.wrong == "" {
			if want := filepath.Join(dir, tt.want); err != nil || got != want {
				t.Errorf("%s in %q: %q, %v; want %q", tt.path, tt.dir, got, err, want)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%s in %q: %v", tt.path, tt.dir, err)
		}
	}
}
