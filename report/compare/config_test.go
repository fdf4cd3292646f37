package compare

import (
	"slices"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/history"
)

// configured is a side whose server was started so, with a file of that text.
func configured(name, exec, repro, sum, text string) Side {
	s := seenIn{runs: 2}.side(name)
	for i := range s.Runs {
		h := history.Header{Repro: repro, Target: history.Target{Exec: exec}}
		if sum != "" {
			h.Target.Config = []history.ConfigFile{{Path: name + "/srs.conf", SHA256: sum, Text: text}}
		}
		s.Runs[i].settings = map[setting]string{{"plan", "streams"}: name}
		startOf(h, s.Runs[i].settings)
		s.Runs[i].configs = configsOf(h.Target)
	}
	return s
}

// TestConfiguration holds that what the server was told otherwise is said before anything else, in the lines that differ, and that neither the
// folder of a file nor the program makes a difference.
func TestConfiguration(t *testing.T) {
	const old, exec = "listen 1935;\ngop_cache on;\nmin_latency off;\n", "old/srs -c old/srs.conf"
	base := configured("old", exec, "", "aaaa", old)
	for _, c := range []struct {
		name, exec, repro, sum, text string
		want                         string // name: baseline | other
	}{
		{"nothing", "new/srs -c new/srs.conf", "", "aaaa", old, ""},
		{"a line", "new/srs -c new/srs.conf", "", "bbbb", strings.Replace(old, "gop_cache on", "gop_cache off", 1), "srs.conf: gop_cache on; | gop_cache off;"},
		{"a line more", exec, "", "bbbb", old + "mw_latency 100;\n", "srs.conf:  | mw_latency 100;"},
		{"what is hidden", exec, "", "bbbb", old, "srs.conf: sha256 aaaa | sha256 bbbb"},
		{"what was not kept", exec, "", "bbbb", "", "srs.conf: sha256 aaaa | sha256 bbbb"},
		{"by an older flvstorm", exec, "", "", "", ""},
		{"an argument", "new/srs -c new/srs.conf -v", "", "aaaa", old, "--exec: -c srs.conf | -c srs.conf -v"},
		{"the environment", exec, "flvstorm chaos --exec x --exec-env 'A=b c' --exec-env=B=1", "aaaa", old, "--exec-env: – | A=b c, B=1"},
	} {
		c2 := Of([]Side{base, configured("new", c.exec, c.repro, c.sum, c.text)})
		p := c2.Pairs[0]
		got := ""
		if d := p.Differences[0]; d.In == "server" {
			got = d.Title() + ": " + strings.Join(d.Base, ", ") + " | " + strings.Join(d.Other, ", ")
			if !d.Bars() || d.Figures != "none" || d.Findings != "compared" {
				t.Errorf("%s: %+v", c.name, d)
			}
			var out strings.Builder
			if err := c2.Print(&out, report.Look{}); err != nil || !strings.Contains(out.String(), phrase.English.Say(phrase.CompareIsServer)) {
				t.Errorf("%s: %v\n%s", c.name, err, out.String())
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if n := len(slices.DeleteFunc(p.Differences, func(d Difference) bool { return d.In != "server" })); c.want != "" && n != 1 || c.want == "" && n != 0 {
			t.Errorf("%s: %d differences of the server", c.name, n)
		}
	}
}

// TestLinesOfFiles holds that lines of a file, in which there are commas, are told apart on a terminal, that a file of another name is
// compared with the one in whose place it is, and that two of one name are both looked at.
func TestLinesOfFiles(t *testing.T) {
	base, other := configured("old", "srs -c srs.conf", "", "aaaa", "a 1, 2;\nb 1;\nc 1;\n"), configured("new", "srs -c srs.conf", "", "bbbb", "a 3, 4;\nb 2;\nc 1;\n")
	var out strings.Builder
	if err := Of([]Side{base, other}).Print(&out, report.Look{}); err != nil || !strings.Contains(out.String(), "a 1, 2; | b 1;  a 3, 4; | b 2;") {
		t.Errorf("%v\n%s", err, out.String())
	}
	for i := range other.Runs {
		r := &other.Runs[i]
		r.configs["edge.conf"] = r.configs["srs.conf"]
		r.settings[setting{"server", "edge.conf"}] = r.settings[setting{"server", "srs.conf"}]
		delete(r.configs, "srs.conf")
		delete(r.settings, setting{"server", "srs.conf"})
	}
	if d := Of([]Side{base, other}).Pairs[0].Differences[0]; d.Name != "srs.conf → edge.conf" || strings.Join(d.Base, "") != "a 1, 2;b 1;" || strings.Join(d.Other, "") != "a 3, 4;b 2;" {
		t.Errorf("of another name: %+v", d)
	}
	if r := other.Runs[0]; len(r.configs) != 1 || r.configs["edge.conf"].sum != "bbbb" {
		t.Errorf("the side itself was changed: %+v", r.configs)
	}
	shell := map[setting]string{}
	startOf(history.Header{Target: history.Target{Exec: "sh -c 'exec old/srs -c conf/a.conf'"}}, shell)
	if got := shell[setting{"server", "--exec"}]; got != "-c exec srs -c a.conf" {
		t.Errorf("of a shell: %q", got)
	}
	h := history.Header{}
	for _, path := range []string{"edge/srs.conf", "origin/srs.conf", "srs.conf", "x.sh"} {
		h.Target.Config = append(h.Target.Config, history.ConfigFile{Path: path, SHA256: path})
	}
	got := configsOf(h.Target)
	for name, sum := range map[string]string{"srs.conf": "edge/srs.conf", "srs.conf (2)": "origin/srs.conf", "srs.conf (3)": "srs.conf", "x.sh": "x.sh"} {
		if got[name].sum != sum {
			t.Errorf("%s: %+v", name, got[name])
		}
	}
}

// TestStrangersConfiguration holds that what a stranger's file says of a configuration is bounded.
func TestStrangersConfiguration(t *testing.T) {
	var files []history.ConfigFile
	for range 100 {
		files = append(files, history.ConfigFile{Path: strings.Repeat("x", len(files)+1), SHA256: strings.Repeat("a", 1<<16), Text: strings.Repeat("line\n", 1<<20)})
	}
	got := configsOf(history.Target{Config: files})
	if len(got) != mostConfigs {
		t.Errorf("%d files", len(got))
	}
	for name, c := range got {
		if c.text != "" || len(c.sum) > 2*longestValue {
			t.Errorf("%s: %d and %d bytes", name, len(c.sum), len(c.text))
		}
	}
	if lines := linesBeside(strings.Repeat("line\n", 1000), ""); len(lines) != mostLinesApart+1 {
		t.Errorf("%d lines", len(lines))
	}
}
