package launch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/report/history"
)

// Bounds of what is kept of the configuration of a server.
const (
	maxConfigs    = 4        // files
	maxConfigSize = 1 << 20  // of one; what is larger is data, not configuration
	maxConfigText = 32 << 10 // of what is kept of one
)

// Configs are the files that a command names, as far as they are short texts: the configuration of a server and the scripts
// that start it, the program too where it is one. They are looked for where the command runs. In the text what lets somebody in is hidden, and the
// hash is of what is left: beside the rest of the text one of the whole file would confirm who guesses what was hidden. Where no text is kept it is that of the
// file. Files that these include are not followed.
func Configs(c Command) (out []history.ConfigFile) {
	seen := map[string]bool{}
	look := func(name string) {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(c.Dir, path)
		}
		if seen[path] || len(out) == maxConfigs {
			return
		}
		seen[path] = true
		raw, ok := shortText(path)
		if !ok || secretFile(name, raw) {
			return
		}
		text := maskConfig(raw)
		sum := sha256.Sum256(raw)
		if text != "" {
			sum = sha256.Sum256([]byte(text))
		}
		out = append(out, history.ConfigFile{Path: foreign.MaskCommand(foreign.Clean(name)), SHA256: hex.EncodeToString(sum[:]), Text: text})
	}
	if strings.ContainsAny(c.Path, `/`+string(filepath.Separator)) {
		look(c.Path)
	}
	for i, arg := range c.Args {
		if option, _, _ := strings.Cut(arg, "="); strings.HasPrefix(option, "-") && secretName.MatchString(option) {
			continue // --password-file=x
		}
		if i > 0 && strings.HasPrefix(c.Args[i-1], "-") && !strings.Contains(c.Args[i-1], "=") && secretName.MatchString(c.Args[i-1]) {
			continue // --password-file x
		}
		// A file may stand by itself, behind an option (--conf=x.conf), before where it is mounted (x.conf:/etc/x.conf), or in what a shell is
		// told (sh -c 'exec srs -c x.conf').
		look(arg)
		for _, name := range strings.FieldsFunc(arg, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`=:,;"'`, r) }) {
			look(name)
		}
	}
	return out
}

// written are files that a server writes: what is in them is no part of what it was told.
var written = []string{".log", ".pid"}

// secretFile says of a file that it may be nothing but a secret, or that its name says so: neither its text nor its hash is kept.
func secretFile(name string, raw []byte) bool {
	return secretName.MatchString(filepath.Base(name)) || len(raw) > 0 && len(bytes.Fields(raw)) == 1
}

// readAtMost is how long it is waited for what looks like a file and waits for what comes, as some of those of a kernel do.
const readAtMost = time.Second

// shortText reads a file that is a short text. Nothing that a name may stand for keeps it waiting.
func shortText(path string) ([]byte, bool) {
	if slices.Contains(written, filepath.Ext(path)) || !short(os.Stat(path)) { // a device isn't opened: some do something then
		return nil, false
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may have become a pipe meanwhile
	if err != nil {
		return nil, false
	}
	defer f.Close()
	if !short(f.Stat()) {
		return nil, false
	}
	_ = f.SetReadDeadline(time.Now().Add(readAtMost)) // of what can be waited for; a file on a disk has none
	raw, err := io.ReadAll(io.LimitReader(f, maxConfigSize+1))
	if err != nil || len(raw) > maxConfigSize || bytes.IndexByte(raw, 0) >= 0 {
		return nil, false
	}
	return raw, true
}

func short(info os.FileInfo, err error) bool {
	return err == nil && info.Mode().IsRegular() && info.Size() <= maxConfigSize
}
