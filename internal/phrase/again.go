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
	parts   []string // its own words, before, between and behind its arguments
	literal int      // how many bytes they are
}

// arguments are what stands in a text for the arguments, each as short as it can be; false if the text is another sentence. A
// page says thousands of texts again, against all sentences there are: that has to be quick.
func (h heard) arguments(text string) (args []string, ok bool) {
	first, last := h.parts[0], h.parts[len(h.parts)-1]
	if len(h.parts) == 1 {
		return nil, text == first
	}
	if len(text) < h.literal || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return nil, false
	}
	rest := text[len(first) : len(text)-len(last)]
	for _, part := range h.parts[1 : len(h.parts)-1] {
		arg, behind, ok := strings.Cut(rest, part)
		if !ok {
			return nil, false
		}
		args, rest = append(args, arg), behind
	}
	return append(args, rest), true
}

// partOfOne reports whether it is hardly more than a word behind a number or a name, such as "3 connections": ours as a part of
// another sentence, and by itself anybody's.
func (h heard) partOfOne() bool { return len(h.parts) == 2 && h.parts[0] == "" && h.literal < 16 }

// unkept are areas of which no history keeps a sentence: what only a reader is told.
var unkept = []string{"page.", "timeline.", "chart.", "compare.", "issue.", "sentence.", "cli."}

// leastLiteral is how many bytes of a sentence have to be its own, so that no stranger's words are taken for it.
const leastLiteral = 12

// verb is a verb of fmt in a template.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+#0]*\d*(?:\.\d+)?([a-zA-Z%])`)

// sentences are those that can be found again, those with the most words of their own first.
var sentences = sync.OnceValue(func() []heard {
	var out []heard
	for _, area := range areas {
		for id, text := range area {
			if slices.ContainsFunc(unkept, func(area string) bool { return strings.HasPrefix(string(id), area) }) {
				continue
			}
			h, own, last, inOrder := heard{id: id}, "", 0, true
			for _, m := range verb.FindAllStringSubmatchIndex(text, -1) {
				own += text[last:m[0]]
				last = m[1]
				if text[m[4]:m[5]] == "%" {
					own += "%"
					continue
				}
				inOrder = inOrder && m[2] < 0 // else it is none of those that a history keeps
				h.parts, h.literal, own = append(h.parts, own), h.literal+len(own), ""
			}
			own += text[last:]
			h.parts, h.literal = append(h.parts, own), h.literal+len(own)
			if inOrder && h.literal >= leastLiteral {
				out = append(out, h)
			}
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
		args, ok := s.arguments(words)
		if !ok || depth == depthAgain && s.partOfOne() {
			continue
		}
		template, ok := find(chinese, s.id)
		if !ok {
			return text
		}
		return fill(template, args, func(arg string) string { return b.again(arg, depth-1) })
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
