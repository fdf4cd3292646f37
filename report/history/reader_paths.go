package history

import (
	"io/fs"
	"strings"
)

// within empties what in p names a file that is not below the run's folder: a history may be from anybody, and what it names is
// shown as a file of the run, to be opened.
func within(p Payload) Payload {
	switch p := p.(type) {
	case Oddity:
		p.File = below(p.File)
		return p
	case Sanitizer:
		p.File = below(p.File)
		return p
	case Crash:
		p.Folder = below(p.Folder)
		return p
	}
	return p
}

// below is name if it is the path of something below a folder, on whatever system it was written, and else empty.
func below(name string) string {
	if path := strings.ReplaceAll(name, `\`, "/"); !fs.ValidPath(strings.TrimSuffix(path, "/")) || strings.Contains(path, ":") {
		return ""
	}
	return name
}
