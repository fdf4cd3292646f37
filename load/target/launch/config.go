package launch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/report/history"
)

// Bounds of what is kept of the configuration of a server.
const (
	maxConfigs    = 4        // files
	maxConfigSize = 1 << 20  // of one; what is larger is data, not configuration
	maxConfigText = 32 << 10 // of what is kept of one
)

// Configs are the files that the arguments of a command name, as far as they are short texts: the configuration of a server and the scripts
// that start it. They are looked for where the command runs. Of each the hash is that of the file as it is; in the text what lets
// somebody in is hidden. Files that these include are not followed.
func Configs(args []string, dir string) (out []history.ConfigFile) {
	seen := map[string]bool{}
	for _, arg := range args {
		// A file may stand by itself, behind an option (--conf=x.conf), or before where it is mounted (x.conf:/etc/x.conf).
		names := append([]string{arg}, strings.FieldsFunc(arg, func(r rune) bool { return r == '=' || r == ':' || r == ',' })...)
		for _, name := range names {
			path := name
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			if seen[path] || len(out) == maxConfigs {
				continue
			}
			seen[path] = true
			if raw, ok := shortText(path); ok {
				sum := sha256.Sum256(raw)
				out = append(out, history.ConfigFile{Path: foreign.MaskCommand(foreign.Clean(name)), SHA256: hex.EncodeToString(sum[:]), Text: maskConfig(raw)})
			}
		}
	}
	return out
}

// shortText reads a file that is a short text.
func shortText(path string) ([]byte, bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxConfigSize {
		return nil, false
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxConfigSize+1))
	if err != nil || len(raw) > maxConfigSize || bytes.IndexByte(raw, 0) >= 0 || !utf8.Valid(raw) {
		return nil, false
	}
	return raw, true
}

// secretLine is a setting in a file (of nginx, YAML, JSON, INI, XML) whose name says that its value lets somebody in.
var secretLine = regexp.MustCompile(`(?i)((?:^|[\s{<"',;])[\w.-]*(?:token|secret|signature|sign\b|passw|passphrase|pass\b|pwd|jwt|credential|auth|key\b)[\w.-]*["']?(?:\s*[:=>]\s*|\s+)).+`)

// maskConfig is the text of a configuration with what lets somebody in hidden: rather too much than too little. A file with a key in it,
// and one that is too long, have none.
func maskConfig(raw []byte) string {
	if len(raw) > maxConfigText || bytes.Contains(raw, []byte("-----BEGIN")) {
		return ""
	}
	lines := strings.Split(string(raw), "\n")
	for i, line := range lines {
		lines[i] = foreign.MaskCommand(secretLine.ReplaceAllString(foreign.CleanIndented([]byte(line)), "${1}"+foreign.Masked))
	}
	return strings.Join(lines, "\n")
}
