package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// In a pipeline nobody looks at what was typed: a variable that is empty there must not turn a test of a server into a
// test of our own, and what a run leaves has to stand where the pipeline can take it up.

// runFolder is where a run goes in a pipeline that names no other place.
const runFolder = "flvstorm-run"

// ci reports whether a pipeline runs us. Every one sets CI, mostly to true; 0 and false are people who switch it off.
func ci() bool {
	v := os.Getenv("CI")
	on, err := strconv.ParseBool(v)
	return v != "" && (err != nil || on)
}

// inCI returns what is wrong with a command line in a pipeline.
func (r *runFlags) inCI() (problems []error) {
	if !ci() {
		return nil
	}
	problems = emptyFlags(r.flags)
	if r.embedded() && len(problems) == 0 && !r.selfTest && !r.demo {
		problems = append(problems, phrase.Errorf(phrase.CLINoTargetCI))
	}
	return problems
}

// emptyFlags returns what is wrong with flags of which a pipeline has nothing to give, nothing where we are in none.
func emptyFlags(flags *pflag.FlagSet) (problems []error) {
	if !ci() {
		return nil
	}
	flags.Visit(func(f *pflag.Flag) {
		value := f.Value.String()
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values := list.GetSlice()
			if len(values) == 0 || slices.Contains(values, "") {
				value = ""
			}
		}
		if value == "" {
			problems = append(problems, phrase.Errorf(phrase.CLIEmptyFlag, f.Name))
		}
	})
	return problems
}

// freeRunFolder is the first of flvstorm-run, flvstorm-run-2, … that isn't there: one job may make several runs.
func freeRunFolder() string {
	for n := 1; ; n++ {
		path := runFolder
		if n > 1 {
			path += "-" + strconv.Itoa(n)
		}
		entries, err := os.ReadDir(path)
		if _, missing := os.Lstat(path); missing != nil || err == nil && len(entries) == 0 {
			return filepath.Clean(path)
		}
	}
}
