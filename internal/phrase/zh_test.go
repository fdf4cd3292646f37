package phrase

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// verbs are the arguments that a template takes, by their number, each with the letter of its verb.
func verbs(template string) []string {
	var out []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(template, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			fmt.Sscan(m[1], &next)
		}
		out = append(out, fmt.Sprintf("%d%s", next, m[2]))
		next++
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestChineseSaysAll holds that each sentence is there in Chinese and takes the arguments that the English one takes.
func TestChineseSaysAll(t *testing.T) {
	for name, id := range declared(t) {
		english, _ := find(areas, id)
		text, ok := find(chinese, id)
		if !ok || strings.TrimSpace(text) == "" {
			t.Errorf("%s (%q) is not there in Chinese: %q", name, id, english)
			continue
		}
		if in, out := verbs(english), verbs(text); !slices.Equal(in, out) {
			t.Errorf("%s takes %v in English and %v in Chinese: %q", id, in, out, text)
		}
	}
	seen := map[ID]bool{}
	for _, area := range chinese {
		for id := range area {
			if _, ok := find(areas, id); !ok {
				t.Errorf("%q is there in Chinese alone", id)
			}
			if seen[id] {
				t.Errorf("%q is there twice in Chinese", id)
			}
			seen[id] = true
		}
	}
}

// proper is what stands in a Chinese sentence as it does in an English one: verbs, flags, code, names.
var proper = regexp.MustCompile("%(?:\\[\\d+\\])?[-+# 0]*\\d*(?:\\.\\d+)?[a-zA-Z%]|--[a-z-]+|`[^`]*`|https?://\\S+|[A-Z_]{2,}")

// TestChineseIsChinese finds sentences that were forgotten in English: where the English has words, there are Chinese letters.
func TestChineseIsChinese(t *testing.T) {
	for name, id := range declared(t) {
		english, _ := find(areas, id)
		text, ok := find(chinese, id)
		if !ok || strings.HasSuffix(name, "Sample") {
			continue
		}
		words := regexp.MustCompile(`[a-z]{3,}`).FindAllString(proper.ReplaceAllString(english, " "), -1)
		han := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		if len(words) > 2 && !han {
			t.Errorf("%s (%q) has no Chinese: %q", name, id, text)
		}
	}
}
