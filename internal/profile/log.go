package profile

import (
	"cmp"
	"regexp"
	"strings"
)

// Parsed is what a line of a server's log says. Fields that the line does not tell are empty.
type Parsed struct {
	Time  string // as the line has it
	Level string // "INFO", "WARN", "ERROR", "FATAL" or below, however the server writes it
	ID    string // the server's name of the connection
	Rule  string // the rule that matched
	Class Class  // what kind of refusal it stands for
	Play  bool   // of a player
	Key   string // app/stream
	Peer  string // the client's address
	Token string // of the stream name's query
	Noise bool   // belongs to an ordinary run, whatever its level
}

// logParser is LogHead and LogRules, compiled.
type logParser struct {
	head  *regexp.Regexp // nil when there is none
	rules []compiledRule
}

type compiledRule struct {
	LogRule
	re *regexp.Regexp
}

// Compile prepares p for ParseLog; the error is that of a regular expression. Lookup, Resolve and Read return profiles
// that are compiled already.
func (p *Profile) Compile() error {
	var parser logParser
	if p.LogHead != "" {
		re, err := regexp.Compile(p.LogHead)
		if err != nil {
			return err
		}
		parser.head = re
	}
	for _, rule := range p.LogRules {
		re, err := regexp.Compile(rule.Match)
		if err != nil {
			return err
		}
		parser.rules = append(parser.rules, compiledRule{LogRule: rule, re: re})
	}
	p.log = &parser
	return nil
}

// ansi is the colours that servers give their lines on a terminal (ECMA-48, SGR).
var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// ParseLog reads one line. It reports whether a rule knew it; what the line's head says is returned in any case. A
// profile that was not compiled knows no line.
func (p *Profile) ParseLog(line string) (Parsed, bool) {
	var out Parsed
	if p.log == nil {
		return out, false
	}
	if strings.IndexByte(line, '\x1b') >= 0 {
		line = ansi.ReplaceAllLiteralString(line, "")
	}
	if p.log.head != nil {
		m := p.log.head.FindStringSubmatchIndex(line)
		if m == nil {
			return out, false // a continuation: a line of a stack, of a banner
		}
		out.Time = group(p.log.head, line, m, "time")
		out.Level = level(group(p.log.head, line, m, "level"))
		out.ID = group(p.log.head, line, m, "id")
		line = line[m[1]:]
	}
	for i := range p.log.rules {
		rule := &p.log.rules[i]
		if !strings.Contains(line, rule.Contains) {
			continue
		}
		m := rule.re.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		out.Rule, out.Class, out.Play, out.Noise = rule.Name, rule.Class, rule.Play, rule.Noise
		out.Peer = group(rule.re, line, m, "peer")
		out.Token = group(rule.re, line, m, "token")
		out.ID = cmp.Or(group(rule.re, line, m, "id"), out.ID)
		out.Key = group(rule.re, line, m, "key")
		if app, stream := group(rule.re, line, m, "app"), group(rule.re, line, m, "stream"); app != "" && stream != "" {
			out.Key = app + "/" + stream
		}
		return out, true
	}
	return out, false
}

// group is the text of the group name, empty where re has none or it took no part.
func group(re *regexp.Regexp, text string, match []int, name string) string {
	i := re.SubexpIndex(name)
	if i < 0 || match[2*i] < 0 {
		return ""
	}
	return text[match[2*i]:match[2*i+1]]
}

// level is a level as it is written here; servers cut it short, or have more of them.
func level(word string) string {
	word = strings.ToUpper(word)
	switch word {
	case "T":
		return "TRACE"
	case "D":
		return "DEBUG"
	case "I", "NOTICE":
		return "INFO"
	case "W", "WARNING":
		return "WARN"
	case "E", "ERR":
		return "ERROR"
	case "F", "CRIT", "CRITICAL", "ALERT", "EMERG", "PANIC":
		return "FATAL"
	}
	return word
}

// Rule finds a rule by its name.
func (p *Profile) Rule(name string) (LogRule, bool) {
	for _, rule := range p.LogRules {
		if rule.Name == name {
			return rule, true
		}
	}
	return LogRule{}, false
}
