package launch

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

// secretWords are what the name of a setting, an option or a file has in it whose value lets somebody in. A keyframe is none.
const secretWords = `(?:token|secret|signature|sign\b|passw|passphrase|pass(?:\b|[_\d])|pwd|jwt|credential|auth|cookie|bearer|private|psk\b|keys?\d*(?:\b|_)|密码|口令|密钥|令牌|凭证)`

var (
	secretName = regexp.MustCompile(`(?i)` + secretWords)
	// secretLine is a setting in a file (of nginx, YAML, JSON, INI, XML, a shell, PHP, Lua) whose name says that its value lets somebody in.
	secretLine = regexp.MustCompile(`(?i)(` + secretWords + `[\w.-]*["'\])]*(?:\s*[:：=>(]\s*|\s+))(.*)$`)
	// opensLine is one whose value stands on the lines below.
	opensLine = regexp.MustCompile(`(?i)` + secretWords + `[\w.-]*([^\p{L}\p{N}]*)$`)
	// harmless are values that let nobody in, whatever they are of: auth on.
	harmless = regexp.MustCompile(`(?i)^["']?(?:on|off|true|false|yes|no|null|none|enabled?|disabled?)["']?\s*[;,}]*\s*$`)
	// longWord may be a credential whatever stands before it, if there are letters and digits in it.
	longWord = regexp.MustCompile(`[A-Za-z0-9+_=-]{24,}`)
)

// maskConfig is the text of a configuration with what lets somebody in hidden: rather too much than too little. A file with a key in it,
// one that is too long or has such lines, and one that is no UTF-8 have none.
func maskConfig(raw []byte) string {
	if len(raw) > maxConfigText || !utf8.Valid(raw) || bytes.Contains(raw, []byte("-----BEGIN")) {
		return ""
	}
	lines := strings.Split(string(raw), "\n")
	var below below
	for i, line := range lines {
		if len(line) > foreign.MaxLine {
			return ""
		}
		line = foreign.CleanIndented([]byte(line))
		if below.hides(line) {
			lines[i] = hidden(line)
			continue
		}
		below.opened(line)
		lines[i] = foreign.MaskCommand(maskLine(line))
	}
	if text := strings.Join(lines, "\n"); len(text) <= maxConfigText {
		return text
	}
	return ""
}

// maskLine hides in a line what its own names say lets somebody in.
func maskLine(line string) string {
	if at := secretLine.FindStringSubmatchIndex(line); at != nil {
		if value := line[at[4]:at[5]]; strings.ContainsFunc(value, wordy) && !harmless.MatchString(value) {
			line = line[:at[4]] + foreign.Masked
		}
	}
	return longWord.ReplaceAllStringFunc(line, func(word string) string {
		letters, digits := 0, 0
		for _, r := range word {
			if unicode.IsLetter(r) {
				letters++
			} else if unicode.IsDigit(r) {
				digits++
			}
		}
		if letters < 4 || digits < 4 {
			return word
		}
		return foreign.Masked
	})
}

// below follows a value that stands on the lines below its name: a block of YAML, a list of JSON, an element of XML, a text between three quotes, a
// line that goes on.
type below struct {
	next   bool   // the next line that isn't empty is a part of it, whatever it is
	inside bool   // lines that are indented deeper are
	indent int    // than this
	until  string // what ends it
	open   string // the bracket that it began with, and
	depth  int    // how many of these are open
	goesOn bool   // it ends with the first line that has no backslash at its end
}

// opened takes note of a line that is not hidden.
func (b *below) opened(line string) {
	*b = below{indent: indentOf(line)}
	at := opensLine.FindStringSubmatch(line)
	if at == nil {
		b.goesOn = secretLine.MatchString(line) && strings.HasSuffix(line, `\`)
		return
	}
	rest := strings.TrimSpace(at[1])
	switch {
	case strings.HasSuffix(rest, `\`):
		b.goesOn = true
	case strings.HasSuffix(rest, `"""`), strings.HasSuffix(rest, "'''"):
		b.until = rest[len(rest)-3:]
	case strings.HasSuffix(rest, `""`), strings.HasSuffix(rest, "''"): // nothing
	case strings.HasSuffix(rest, "{"), strings.HasSuffix(rest, "["), strings.HasSuffix(rest, "("):
		b.open, b.depth = rest[len(rest)-1:], 1
	case strings.ContainsAny(rest, ";,})]"): // it has ended, or there was none
	case strings.Contains(line, "</"): // so has the element
	case strings.HasSuffix(rest, ">") && strings.Contains(line, "<"):
		b.until = "</"
	default:
		b.next, b.inside = true, true
	}
}

// hides says whether a line belongs to such a value.
func (b *below) hides(line string) bool {
	text := strings.TrimSpace(line)
	switch {
	case b.goesOn:
		b.goesOn = strings.HasSuffix(text, `\`)
		return true
	case b.until != "":
		if strings.Contains(text, b.until) {
			b.until = ""
		}
		return true
	case b.depth > 0:
		b.depth += strings.Count(text, b.open) - strings.Count(text, map[string]string{"{": "}", "[": "]", "(": ")"}[b.open])
		return true
	case !b.inside:
		return false
	case text == "":
		return true
	case b.next, indentOf(line) > b.indent, indentOf(line) == b.indent && strings.HasPrefix(text, "-"):
		b.next = false
		return true
	}
	return false
}

// hidden is what is left of a line that is hidden: its place, and what no letter or digit is in.
func hidden(line string) string {
	if !strings.ContainsFunc(line, wordy) {
		return line
	}
	return line[:indentOf(line)] + foreign.Masked
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
