package launch

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/kballard/go-shellquote"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// setting is a word that a shell takes for a setting of the environment (POSIX.1-2024, Shell Command Language §2.9.1).
var setting = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)=`)

// Split cuts the value of a flag such as --exec into words as a shell does, with quotes and backslashes, and runs none.
// What only a shell could do (pipes, redirections, lists, variables, a home written as ~) is an error, unless it is
// quoted: passed on as it is it would reach the server as an argument, and the server's complaint would help nobody.
func Split(flag, words string) ([]string, error) {
	shown := strconv.Quote(foreign.Short(foreign.MaskCommand(foreign.Clean(words))))
	split, err := shellquote.Split(words)
	switch {
	case err != nil:
		return nil, phrase.Errorf(phrase.ProcessQuotes, flag, shown)
	case len(split) == 0 || split[0] == "":
		return nil, phrase.Errorf(phrase.ProcessEmpty, flag, flag)
	}
	if m := setting.FindStringSubmatch(split[0]); m != nil {
		return nil, phrase.Errorf(phrase.ProcessSetting, flag, shown, m[1]+"=…")
	}
	if op := shellOnly(words); op != "" {
		return nil, phrase.Errorf(phrase.ProcessShell, flag, shown, op, flag)
	}
	return split, nil
}

// shellOnly returns the first thing in words that a shell would act upon, and we don't. An & inside a word stands, for
// it is how the parameters of a URL are joined.
func shellOnly(words string) string {
	var quote byte
	begins := true // a word begins here
	for i := 0; i < len(words); i++ {
		c, rest := words[i], words[i+1:]
		switch {
		case quote == '\'':
			if c == '\'' {
				quote = 0
			}
			continue
		case c == '\\':
			i++
			begins = false
			continue
		case c == '$' && rest != "" && (isNameByte(rest[0]) || rest[0] == '(' || rest[0] == '{'):
			if rest[0] == '(' {
				return "$("
			}
			return "$" + rest[:1+len(leadingName(rest[1:]))]
		case c == '`':
			return "`"
		case quote == '"':
			if c == '"' {
				quote = 0
			}
			continue
		case c == '\'' || c == '"':
			quote = c
		case c == '|' || c == ';' || c == '<' || c == '>':
			return string(c)
		case c == '&' && strings.HasPrefix(rest, "&"):
			return "&&"
		case c == '&' && (begins || strings.Trim(rest[:min(1, len(rest))], " \t\n") == ""):
			return "&"
		case c == '~' && begins && (rest == "" || strings.ContainsRune("/ \t\n", rune(rest[0]))):
			return "~"
		}
		begins = c == ' ' || c == '\t' || c == '\n'
	}
	return ""
}

// leadingName is what of s belongs to the name of a variable.
func leadingName(s string) string {
	for i := range len(s) {
		if !isNameByte(s[i]) && (s[i] < '0' || s[i] > '9') {
			return s[:i]
		}
	}
	return s
}

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Program returns the absolute path of the program that path names when dir is where it will run, or an error that says
// what is wrong with it. A path with a slash in it is relative to dir, as it is for a person who says `cd dir` first:
// `objs/srs` with `trunk` is trunk/objs/srs. A bare name is looked for in our own PATH. Empty is where we run.
func Program(path, dir string) (string, error) {
	if dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return "", phrase.Errorf(phrase.ProcessNoDir, dir)
		}
	}
	name := filepath.Base(path)
	if !strings.ContainsRune(path, '/') && (runtime.GOOS != "windows" || !strings.ContainsAny(path, `\:`)) {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", phrase.Errorf(phrase.ProcessNotInPath, name, cause(err))
		}
		return filepath.Abs(found)
	}
	whole := path
	if !filepath.IsAbs(path) {
		whole = filepath.Join(dir, path)
	}
	found, err := exec.LookPath(withSlash(whole))
	if err == nil {
		return filepath.Abs(found)
	}
	info, missing := os.Stat(whole)
	switch {
	case errors.Is(missing, fs.ErrNotExist):
		if _, err := exec.LookPath(withSlash(path)); err == nil && dir != "" {
			return "", phrase.Errorf(phrase.ProcessNotHere, name, whole, path, fs.ErrNotExist)
		}
		return "", phrase.Errorf(phrase.ProcessNoProgram, name, whole, fs.ErrNotExist)
	case missing != nil:
		return "", phrase.Errorf(phrase.ProcessNoProgram, name, whole, cause(missing))
	case info.IsDir():
		return "", phrase.Errorf(phrase.ProcessIsFolder, name, whole, cause(err))
	default:
		return "", phrase.Errorf(phrase.ProcessNoX, name, whole, cause(err))
	}
}

// withSlash keeps a path from being taken for a bare name.
func withSlash(path string) string {
	if filepath.IsAbs(path) || strings.ContainsRune(path, filepath.Separator) {
		return path
	}
	return "." + string(filepath.Separator) + path
}

// cause is the error below the operation and the path, which the sentence names already.
func cause(err error) error {
	var lookup *exec.Error
	var path *fs.PathError
	switch {
	case errors.As(err, &lookup):
		return cause(lookup.Err)
	case errors.As(err, &path):
		return path.Err
	}
	return err
}
