package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed assets
var assets embed.FS

// sheet and script are the one <style> and the one <script> of a page. A page has no other, and its Content-Security-Policy
// names both by their hashes.
var (
	sheet  = sync.OnceValue(func() string { return joined("page.css", "uplot.css", "timeline*.css", "charts*.css") })
	script = sync.OnceValue(func() string {
		var b strings.Builder
		b.WriteString("(() => {\n'use strict';\n")
		b.WriteString(joined("lib.js", "uplot.js"))
		for _, part := range []string{"timeline*.js", "charts*.js"} {
			b.WriteString("{\n" + joined(part) + "}\n") // the names of a part are its own
		}
		b.WriteString(joined("main.js"))
		b.WriteString("})();\n")
		return b.String()
	})
)

// joined are the assets whose names match the patterns, in the order of these, and of their names.
func joined(patterns ...string) string {
	entries, err := assets.ReadDir("assets")
	if err != nil {
		panic(err) // they are part of the program
	}
	var b strings.Builder
	for _, pattern := range patterns {
		var names []string
		for _, e := range entries {
			if match, _ := path.Match(pattern, e.Name()); match {
				names = append(names, e.Name())
			}
		}
		slices.Sort(names)
		for _, name := range names {
			text, err := assets.ReadFile("assets/" + name)
			if err != nil {
				panic(err)
			}
			b.WriteString(lean(string(text)))
		}
	}
	return b.String()
}

// lean is a style or a script without its comments and indentation, a third of it: a page is sent around more often than its source is
// read. Only whole lines are comments here, and no string goes over several lines; a test holds both.
func lean(text string) string {
	var b strings.Builder
	comment := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case comment || strings.HasPrefix(line, "/*") && !strings.HasPrefix(line, "/*!"):
			comment = !strings.HasSuffix(line, "*/")
			continue
		case line == "" || strings.HasPrefix(line, "//"):
			continue
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// hash names an inline style or script in a Content-Security-Policy (CSP Level 3, section 2.3.1, hash-source).
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// policy allows the page its own style and script, and pictures that stand in it. It asks nobody for anything.
func policy(style, script string) string {
	return strings.Join([]string{
		"default-src 'none'", "style-src " + hash(style), "script-src " + hash(script), "img-src data:", "base-uri 'none'", "form-action 'none'",
	}, "; ")
}
