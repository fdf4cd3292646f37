package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// What a history names as a file of its run lies below the run's folder, or isn't named.
func TestFilesOutOfTheFolder(t *testing.T) {
	for name, want := range map[string]string{
		"evidence/1.flv":       "evidence/1.flv",
		`evidence\1.flv`:       `evidence\1.flv`, // of a run on Windows
		"evidence/":            "evidence/",
		"":                     "",
		"../1.flv":             "",
		"evidence/../../1.flv": "",
		`evidence\..\..\1.flv`: "",
		"/etc/passwd":          "",
		`C:\1.flv`:             "",
		`\\host\share\1.flv`:   "",
		"evidence//1.flv":      "",
	} {
		for _, kind := range []struct {
			line string
			file func(Payload) string
		}{
			{`"kind":"oddity","data":{"what":"gap","file":%s}`, func(p Payload) string { return p.(Oddity).File }},
			{`"kind":"sanitizer","data":{"file":%s}`, func(p Payload) string { return p.(Sanitizer).File }},
			{`"kind":"crash","data":{"folder":%s}`, func(p Payload) string { return p.(Crash).Folder }},
		} {
			quoted, _ := json.Marshal(name)
			file := compressed(t, `{"schema":"flvstorm.history/1"}`+"\n"+`{"seq":1,`+fmt.Sprintf(kind.line, quoted)+"}\n")
			r, err := NewReader(bytes.NewReader(file), "run")
			if err != nil {
				t.Fatal(err)
			}
			ev, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if got := kind.file(ev.What); got != want {
				t.Errorf("%q of %T: %q", name, ev.What, got)
			}
			r.Close()
		}
	}
}
