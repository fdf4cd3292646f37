package phrase

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A history keeps what was said while it was made in English, whatever the language of whoever made it, so that it reads the
// same for all and older ones can be told in Chinese too. Again says such a text in another language: it finds the
// sentence by its words and takes the arguments out of it.

// heard is an English sentence as it can be found again in a text.
type heard struct {
	id      ID
	pattern *regexp.Regexp
	literal int // how many letters of it are its own, not an argument's
}

// leastLiteral is how many bytes of a sentence have to be its own, so that no stranger's words are taken for it.
const leastLiteral = 12

// verb is a verb of fmt in a template.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+#0]*\d*(?:\.\d+)?([a-zA-Z%])`)

// sentences are those that can be found again, those with the most words of their own first.
var sentences = sync.OnceValue(func() []heard {
	var out []heard
	for _, area := range areas {
		for id, text := range area {
			pattern, literal, last := "^", 0, 0
			for _, m := range verb.FindAllStringSubmatchIndex(text, -1) {
				pattern += regexp.QuoteMeta(text[last:m[0]])
				literal += m[0] - last
				last = m[1]
				switch {
				case text[m[4]:m[5]] == "%":
					pattern += "%"
				case m[2] >= 0:
					literal = -len(text) // arguments out of their order: none of those that a history keeps
				default:
					pattern += "(.*?)"
				}
			}
			literal += len(text) - last
			if literal < leastLiteral {
				continue
			}
			out = append(out, heard{id, regexp.MustCompile("(?s)" + pattern + regexp.QuoteMeta(text[last:]) + "$"), literal})
		}
	}
	slices.SortFunc(out, func(a, b heard) int {
		if a.literal != b.literal {
			return b.literal - a.literal
		}
		return strings.Compare(string(a.id), string(b.id))
	})
	return out
})

// depthAgain is how deep sentences may stand in each other.
const depthAgain = 3

// Again says a text that English once said in the book's language. What is no sentence of ours comes back as it is.
func (b Book) Again(text string) string {
	if !b.chinese || text == "" {
		return text
	}
	return b.again(text, depthAgain)
}

func (b Book) again(text string, depth int) string {
	if depth == 0 || len(text) < leastLiteral {
		return text
	}
	words := strings.TrimPrefix(text, flvMark)
	for _, s := range sentences() {
		m := s.pattern.FindStringSubmatch(words)
		if m == nil {
			continue
		}
		template, ok := find(chinese, s.id)
		if !ok {
			return text
		}
		return fill(template, m[1:], func(arg string) string { return b.again(arg, depth-1) })
	}
	return text
}

// fill puts texts in the places of a template's verbs.
func fill(template string, args []string, say func(string) string) string {
	next := 0
	return verb.ReplaceAllStringFunc(template, func(v string) string {
		m := verb.FindStringSubmatch(v)
		if m[2] == "%" {
			return "%"
		}
		if m[1] != "" {
			next = int(m[1][0]-'0') - 1
		}
		if next < 0 || next >= len(args) {
			return ""
		}
		next++
		return say(args[next-1])
	})
}
