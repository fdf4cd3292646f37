package compare

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kballard/go-shellquote"

	"github.com/flvstorm/flvstorm/report/history"
)

// Bounds of what is kept of a configuration that stands in a file of a stranger's.
const (
	mostConfigs    = 4
	longestConfig  = 64 << 10
	shownOfASum    = 12 // digits of a hash
	mostLinesApart = 20 // of one file, told in the document
)

// config is one file of a server's configuration.
type config struct{ sum, text string }

// configsOf are the files of configuration of a run's server, by their names: in which folder one lies is no part of what it says. Several of one
// name are numbered in the order in which the command names them.
func configsOf(t history.Target) map[string]config {
	out := map[string]config{}
	for i, f := range t.Config {
		if i == mostConfigs {
			break
		}
		c := config{sum: bounded(f.SHA256), text: f.Text}
		if len(c.text) > longestConfig {
			c.text = ""
		}
		base := bounded(filepath.Base(f.Path))
		name := base
		for n := 2; ; n++ {
			if _, taken := out[name]; !taken {
				break
			}
			name = base + " (" + number(n) + ")"
		}
		out[name] = c
	}
	return out
}

// startOf is how the server was started, as far as that may make it another: its arguments, without the folders that files lie in, and what was
// put into its environment. The program itself is the build, which is compared.
func startOf(h history.Header, out map[setting]string) {
	words, err := shellquote.Split(h.Target.Exec)
	if err == nil && len(words) > 1 {
		for i, word := range words {
			fields := strings.Fields(word) // several where it is what a shell is told
			for k, field := range fields {
				if strings.ContainsRune(field, '/') && !strings.Contains(field, "://") {
					fields[k] = filepath.Base(field)
				}
			}
			words[i] = strings.Join(fields, " ")
		}
		out[setting{"server", "--exec"}] = strings.Join(words[1:], " ")
	}
	var env []string
	repro, err := shellquote.Split(h.Repro)
	for i, word := range repro {
		if value, glued := strings.CutPrefix(word, "--exec-env="); glued {
			env = append(env, value)
		} else if word == "--exec-env" && i+1 < len(repro) {
			env = append(env, repro[i+1])
		}
	}
	if len(env) > 0 && err == nil {
		slices.Sort(env)
		out[setting{"server", "--exec-env"}] = strings.Join(env, ", ")
	}
	for name, c := range configsOf(h.Target) {
		out[setting{"server", name}] = "sha256 " + c.sum[:min(len(c.sum), shownOfASum)]
	}
}

// apartIn puts in the place of the hashes of a file the lines in which it differs, where each side has one version of it whose text is known and there
// are such lines: not where only their order differs.
func (d *Difference) apartIn(base, other []Run) {
	a, okA := oneConfig(base, d.Name)
	b, okB := oneConfig(other, d.Name)
	if !okA || !okB {
		return
	}
	onlyA, onlyB := linesBeside(a, b), linesBeside(b, a)
	if len(onlyA)+len(onlyB) > 0 {
		d.Base, d.Other = onlyA, onlyB
	}
}

// renamed are the other side's runs with the one file that only they have under the name of the one that only the baseline has, and what both are called: a
// configuration of another name is one that was changed. Where there is no such couple the runs are as they were.
func renamed(base, other []Run) ([]Run, string, string) {
	from, to := filesBeside(base, other), filesBeside(other, base)
	if len(from) != 1 || len(to) != 1 {
		return other, "", ""
	}
	was, is := setting{"server", from[0]}, setting{"server", to[0]}
	out := slices.Clone(other)
	for i, r := range out {
		sum, had := r.settings[is]
		if !had {
			continue
		}
		out[i].settings, out[i].configs = maps.Clone(r.settings), maps.Clone(r.configs)
		delete(out[i].settings, is)
		delete(out[i].configs, is.name)
		out[i].settings[was], out[i].configs[was.name] = sum, r.configs[is.name]
	}
	return out, was.name, was.name + " → " + is.name
}

// filesBeside are the files that some runs of a side have and none of the other.
func filesBeside(runs, others []Run) []string {
	names := map[string]bool{}
	for _, r := range runs {
		for name := range r.configs {
			names[name] = true
		}
	}
	for _, r := range others {
		for name := range r.configs {
			delete(names, name)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// aFile says that a setting of the server is one of its files.
func aFile(name string) bool { return !strings.HasPrefix(name, "--") }

// noneKept says that of no run any file was kept.
func noneKept(runs []Run) bool {
	return !slices.ContainsFunc(runs, func(r Run) bool { return len(r.configs) > 0 })
}

// oneConfig is the text of a file that all runs of a side have alike.
func oneConfig(runs []Run, name string) (string, bool) {
	versions := map[config]bool{}
	for _, r := range runs {
		versions[r.configs[name]] = true
	}
	all := slices.Collect(maps.Keys(versions))
	if len(all) != 1 || all[0].text == "" {
		return "", false
	}
	return all[0].text, true
}

// linesBeside are the lines of a text that another doesn't have as often.
func linesBeside(text, other string) []string {
	left := map[string]int{}
	for line := range strings.Lines(other) {
		left[strings.TrimSpace(line)]++
	}
	out := []string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if left[line]--; left[line] >= 0 || line == "" {
			continue
		}
		if len(out) == mostLinesApart {
			return append(out, "…")
		}
		out = append(out, bounded(line))
	}
	return out
}
