package profile

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
)

// Survey is what a profile makes of a whole log: how somebody who writes one sees whether its rules are right.
type Survey struct {
	Lines int64 // all of them
	Heads int64 // those whose head was understood
	// Rules counts the lines that each rule knew, in the order of the rules; a rule that knew none stands there with zero.
	Rules []RuleCount
	// Loud counts the lines at WARN or above that no rule knew, First are the first of them.
	Loud  int64
	First []string
}

// RuleCount is how many lines a rule knew, and the first of them.
type RuleCount struct {
	Rule  LogRule
	Lines int64
	First string
}

const (
	// surveyLine bounds how much of a line is read, surveyFirst how many unknown lines are kept.
	surveyLine  = 4 << 10
	surveyFirst = 10
)

// loud are the levels whose lines ought to be known.
var loud = []string{"WARN", "ERROR", "FATAL", "PANIC"}

// Survey reads a log to its end. The error is that of reading.
func (p *Profile) Survey(log io.Reader) (Survey, error) {
	out := Survey{Rules: make([]RuleCount, len(p.LogRules))}
	place := map[string]int{}
	for i, rule := range p.LogRules {
		out.Rules[i].Rule, place[rule.Name] = rule, i
	}
	in := bufio.NewReaderSize(log, surveyLine)
	for {
		raw, cut, err := in.ReadLine()
		line := strings.ToValidUTF8(string(raw), "?")
		for more := err; cut && more == nil; { // the rest of a long line; what ends it is met again
			_, cut, more = in.ReadLine()
		}
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return out, err
		}
		out.Lines++
		parsed, known := p.ParseLog(line)
		if parsed.Level != "" || parsed.Time != "" {
			out.Heads++
		}
		switch {
		case known:
			r := &out.Rules[place[parsed.Rule]]
			if r.Lines++; r.Lines == 1 {
				r.First = line
			}
		case slices.Contains(loud, parsed.Level):
			if out.Loud++; len(out.First) < surveyFirst {
				out.First = append(out.First, line)
			}
		}
	}
}
