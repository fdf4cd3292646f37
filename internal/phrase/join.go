package phrase

import "strings"

// Names are things that a sentence lists, as its language lists them.
type Names []string

// List puts things one after the other: "fin, rst", "fin、rst".
func (b Book) List(things []string) string { return b.join(things, ", ", "、") }

// Clauses puts parts of a sentence one after the other: "3 times, back after 2 s", "3 次，2 s 后恢复".
func (b Book) Clauses(parts ...string) string { return b.join(parts, ", ", "，") }

// Statements puts what could be sentences by themselves into one, without those that say nothing.
func (b Book) Statements(parts ...string) string { return b.join(parts, "; ", "；") }

// join puts parts one after the other with what stands between them in each language, without empty ones.
func (b Book) join(parts []string, english, chinese string) string {
	between := english
	if b.chinese {
		between = chinese
	}
	var out strings.Builder
	for _, part := range parts {
		if part == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteString(between)
		}
		out.WriteString(part)
	}
	return out.String()
}
