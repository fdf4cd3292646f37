package sample

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

// secrets are what must not be seen anywhere.
type secrets struct {
	env     func(string) string
	values  []string
	missing string // the first variable that is not set
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// fill puts the environment in place of each ${NAME}.
func (s *secrets) fill(template string, escape func(string) string) string {
	return variable.ReplaceAllStringFunc(template, func(ref string) string {
		name := ref[2 : len(ref)-1]
		// Such as the line break of a file that it came from; no header may hold one.
		value := strings.TrimSpace(strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7F {
				return -1
			}
			return r
		}, s.env(name)))
		if value == "" {
			s.missing = cmp.Or(s.missing, name)
		}
		s.keep(value)
		return escape(value)
	})
}

// ofURL keeps what in a URL lets somebody in.
func (s *secrets) ofURL(u *url.URL) {
	if password, ok := u.User.Password(); ok {
		s.keep(password)
		s.keep(base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password)))
	}
	for name, values := range u.Query() {
		if probe := "?" + name + "=x"; foreign.Mask(probe) != probe {
			for _, v := range values {
				s.keep(v)
			}
		}
	}
}

// keep notes a secret in all the ways in which it may be quoted.
func (s *secrets) keep(value string) {
	plain, escaped := quoted(value, false), quoted(value, true)
	for _, v := range []string{value, foreign.Clean(value), url.QueryEscape(value), url.PathEscape(value), plain, escaped} {
		if v != "" && !slices.Contains(s.values, v) {
			s.values = append(s.values, v)
		}
	}
}

// quoted is a text as JSON has it, without the quotes.
func quoted(text string, html bool) string {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(html)
	if e.Encode(text) != nil {
		return ""
	}
	return strings.Trim(buf.String(), "\"\n")
}

// tellTale is how much of a secret's beginning is taken for the secret, where a text ends with it: it was cut there.
const tellTale = 6

// masker hides the secrets in a text, the longest first: one may be a part of another.
func (s *secrets) masker() func(string) string {
	slices.SortFunc(s.values, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var pairs []string
	for _, v := range s.values {
		pairs = append(pairs, v, foreign.Masked)
	}
	whole := strings.NewReplacer(pairs...)
	return func(text string) string {
		text = whole.Replace(text)
		for _, v := range s.values {
			for n := min(len(v)-1, len(text)); n >= tellTale; n-- {
				if strings.HasSuffix(text, v[:n]) {
					return text[:len(text)-n] + foreign.Masked
				}
			}
		}
		return text
	}
}
