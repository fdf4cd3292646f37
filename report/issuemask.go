package report

import (
	"net/netip"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

// What stands in a report for a public tracker in place of what is nobody's business there. It rather hides too much than too
// little: what was hidden by mistake is asked for, what was shown by mistake stays on the net. They are words that a shell takes as
// such, for commands are copied: <path> would be a redirection there, and *** the files of a folder.
const (
	maskedHost  = "HOST"
	maskedUser  = "USER"
	maskedPath  = "PATH"
	maskedMail  = "MAIL"
	maskedValue = "HIDDEN" // of a credential, a header, a parameter
)

// placeholders are these words.
var placeholders = []string{maskedHost, maskedUser, maskedPath, maskedMail, maskedValue}

var (
	// urlHost is the authority of a URL, without its port.
	urlHost = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://)((?:[^\s/?#@"']*@)?)(\[[^\]\s]*\]|[^\s/?#:"'<>,;)]+)`)
	// query is what stands behind an address: parameters and their values. parameter is one of them.
	query     = regexp.MustCompile(`(?i)(?:\?|%3F)[^\s"'<>]*(?:=|%3D)[^\s"'<>]*`)
	parameter = regexp.MustCompile(`(?i)(\?|[&;]|%3F|%26)([\w.~\[\]-]+)(=|%3D)((?:[^&;%]|%2[^6]|%[^2])*)`)
	// starsAlone are the marks that stand in the words of others for what was hidden before.
	starsAlone = regexp.MustCompile(`(^|[^*])\*\*\*($|[^*])`)
	// settingName is what a setting or an option is called; headerName what a header is.
	settingName = regexp.MustCompile(`^-{0,2}[A-Za-z_][\w.-]*$`)
	headerName  = regexp.MustCompile(`^[\w!#$%&+.^|~-]+$`)
	// jsonSecret is a member of a JSON document whose name says that its value lets somebody in, loginWord what a header says of one.
	jsonSecret = regexp.MustCompile(`(?i)("[\w.-]*(?:token|secret|passw|pwd|key|auth|credential)[\w.-]*"\s*:\s*")(?:[^"\\]|\\.)*"`)
	loginWord  = regexp.MustCompile(`(?i)\b((?:Basic|Bearer|Digest)\s+)([\w+/=.~-]{6,})`)
	// secretSaid is a value behind a name that says that it lets somebody in, as logs and documents within documents have it; secretNamed
	// is one without a mark between them; secretShape is one that says so itself.
	secretSaid  = regexp.MustCompile(`(?i)((?:[\w.-]*(?:token|secret|passwo?r?d|passphrase|pwd|psw|api[_-]?key|stream[_-]?key|credential)[\w-]*|密码|口令|令牌|密钥)[\\"']*\s*(?:[:：=]|为|是|\bis\b)\s*[\\"']*)([^\s"'\\,;&}，。；*]+)`)
	secretNamed = regexp.MustCompile(`(?i)((?:\b(?:password|passwd|api[_-]?key|token)\b|密码|口令|令牌|密钥)\s+)([^\s"',;，。；]*\d[^\s"',;，。；]*)`)
	secretShape = regexp.MustCompile(`\beyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)?|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}\b`)
	// escapedURL and escapedPath are a URL and a path in JSON with its slashes escaped, encodedUser and encodedPath as a value of a query
	// has them; sharePath is a path on another machine.
	escapedURL  = regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*:\\/\\/)(?:[^\s\\"'@]*@)?([^\s\\"':]+)`)
	escapedPath = regexp.MustCompile(`\\/(?:home|Users|root|tmp|var|opt|srv|data\d*|etc|usr|mnt)(?:\\/[^\s\\"']*)+`)
	encodedUser = regexp.MustCompile(`(?i)(?:[^\s"'&/=%:]|%[013-9a-f][0-9a-f]|%2[0-9a-e])+%3A(?:[^\s"'&/=%]|%[0-35-9a-f][0-9a-f]|%4[1-9a-f])*%40(?:[\w.-]*)`)
	encodedPath = regexp.MustCompile(`(?i)%2F(?:home|users|root|tmp|var|opt|srv|data\d*)%2F[^\s"'&]*`)
	sharePath   = regexp.MustCompile(`(^|[^\w\\:])(\\\\[A-Za-z][\w.-]+\\[^\s"']+)`)
	// hostName is the name of a machine that no URL says to be one: by how it ends, or by the port behind it.
	hostName = regexp.MustCompile(`(?i)(^|[^\w./@-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:internal|intranet|local|localdomain|lan|corp|home|com|net|org|edu|gov|io|cn|dev|cloud|example|test|info|biz|tv|uk|de|fr|jp|ru|eu|xyz))\b`)
	hostPort = regexp.MustCompile(`(?i)((?:^|[\s"'=(])(?:(?:[\w-]*host|addr|peer|from|to|connect|dial|tcp|listen|server)[=: ]+))([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)(:\d{2,5})\b`)
	// mail is an address of a person, or of a login on another machine.
	mail = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	// address4 and address6 may be addresses of machines; what they match is parsed.
	address4 = regexp.MustCompile(`(^|[^\w.])(\d{1,3}(?:\.\d{1,3}){3})\b`)
	address6 = regexp.MustCompile(`(?i)(^|[^\w:])([0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}(?:%\w+)?)\b`)
	// home is a home directory: its first group is the name of who lives there; homePath all of a path in it.
	home     = regexp.MustCompile(`(?:/home/|/Users/|[A-Za-z]:\\+Users\\+)([\w.-]+)`)
	homePath = regexp.MustCompile(`(?:/home/|/Users/|/root/|[A-Za-z]:\\+Users\\+)[^\s"'<>:;,)\]]*`)
	// localPath is a path of a machine's own, by the folders that those have, where nothing stands before it that it would go on from.
	localPath = regexp.MustCompile(`(^|[^\w.>/}-])((?:/(?:export|tmp|var|opt|srv|mnt|media|usr|etc|private|data\d*|work|workspace|builds?|run|Volumes)/|~/|[A-Za-z]:\\)[^\s"'<>:;,)\]]*)`)
	// anyPath is an absolute path as a word, or the value of an option, of a command line.
	anyPath = regexp.MustCompile(`(^|[\s"'=])(/[^\s"'/]+/[^\s"']*)`)
)

// localFlags are flags whose values are files, folders and commands of the machine that made the run.
var localFlags = []string{"--exec", "--exec-dir", "--exec-env", "--exec-stop", "--log", "--log-cmd", "--cacert", "--media", "--streams-file", "--baseline"}

// droppedFlags are flags that nobody needs who repeats the run elsewhere.
var droppedFlags = []string{"--json", "--junit", "--html", "--out", "--metrics", "--pid", "--connect-to"}

// masker hides in any text what belongs to who made the run: credentials, hosts other than this one, users, local paths.
type masker struct {
	words []string // what is hidden wherever it stands, the longest first, each with what stands for it
	fills map[string]string
	known map[string]string // what texts came to: most stand in a result several times
}

// newMasker learns from all that the result says about its maker which words are to be hidden wherever they stand.
func newMasker(r Result) *masker {
	m := &masker{fills: map[string]string{}, known: map[string]string{}}
	for _, text := range []string{r.Repro, r.Target.PublishURL, r.Target.PlayURL, r.Target.Log, r.Run} {
		m.learn(text)
	}
	for _, f := range r.Findings {
		for _, c := range f.Cases {
			m.learn(c.Log)
			if c.Crash != nil {
				m.learn(c.Crash.Core)
				m.learn(c.Crash.Folder)
			}
		}
	}
	words := shellWords(r.Repro)
	for i, word := range words {
		name, value, joined := strings.Cut(word, "=")
		if !slices.Contains(localFlags, name) {
			continue
		}
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		for part := range strings.FieldsSeq(strings.Trim(value, "'\"")) {
			if _, set, ok := strings.Cut(part, "="); ok {
				part = set // of the environment
			}
			if strings.HasPrefix(part, "/") && strings.Count(part, "/") > 1 {
				m.hide(part, maskedPath)
			}
		}
	}
	if named := slices.Contains(words, "--streams-file") || !strings.Contains(r.Target.PublishURL, "{stream}") && !r.Target.Embedded; named {
		m.keys(r)
	}
	for word := range m.fills {
		m.words = append(m.words, word)
	}
	slices.SortFunc(m.words, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return m
}

// leastHidden is how long a word has to be to be hidden wherever it stands: a shorter one would be found in any text.
const leastHidden = 3

// leastValue is leastHidden for the value of a parameter, which may be any word; one of letters only may be one of ours.
const leastValue = 6

func (m *masker) hide(word, by string) {
	if len(word) >= leastHidden {
		m.fills[word] = by
	}
}

// learn finds hosts of URLs and names of users.
func (m *masker) learn(text string) {
	for _, found := range urlHost.FindAllStringSubmatch(text, -1) {
		host := strings.Trim(found[3], "[]")
		if !loopback(host) && (strings.ContainsAny(host, ".:") || len(host) > leastHidden && strings.ContainsAny(host, "-0123456789")) {
			m.hide(host, maskedHost)
		}
		user, _, _ := strings.Cut(strings.TrimSuffix(found[2], "@"), ":")
		if user != foreign.Masked { // not hidden before
			m.hide(user, maskedUser)
		}
	}
	for _, all := range query.FindAllString(text, -1) {
		for _, found := range parameter.FindAllStringSubmatch(all, -1) {
			if value := found[4]; len(value) >= leastValue && strings.ContainsAny(value, ".0123456789") && !strings.ContainsAny(value, "{}*") {
				m.hide(value, maskedValue) // a log may have it without its name
			}
		}
	}
	for _, found := range home.FindAllStringSubmatch(text, -1) {
		m.hide(found[1], maskedUser)
	}
}

// keys hides the names of streams that are not ours: who knows the name of one may be able to publish it.
func (m *masker) keys(r Result) {
	for i, k := range r.Keys {
		name := path.Base(k.Key.Key)
		m.hide(name, "stream-"+count(int64(i+1)))
	}
}

// text hides in any text.
func (m *masker) text(s string) string {
	if out, ok := m.known[s]; ok {
		return out
	}
	out := m.hideIn(s)
	m.known[s] = out
	return out
}

// bare are the characters of names in which nothing but a whole word can be hidden; with a slash in front it would be a path.
var bare = regexp.MustCompile(`^(?:[\w-]+/)*[\w-]*$`)

func (m *masker) hideIn(s string) string {
	if bare.MatchString(s) && !homePath.MatchString(s) && !secretShape.MatchString(s) {
		return m.wordsIn(s)
	}
	s = m.escaped(s)
	s = loginWord.ReplaceAllStringFunc(s, login)
	s = query.ReplaceAllStringFunc(foreign.MaskCommand(s), parameters)
	s = urlHost.ReplaceAllStringFunc(s, func(url string) string {
		found := urlHost.FindStringSubmatch(url)
		if loopback(strings.Trim(found[3], "[]")) || found[3] == maskedHost {
			return url
		}
		return found[1] + found[2] + maskedHost
	})
	s = jsonSecret.ReplaceAllString(s, "${1}"+foreign.Masked+`"`)
	s = secretSaid.ReplaceAllString(s, "${1}"+maskedValue)
	s = secretNamed.ReplaceAllString(s, "${1}"+maskedValue)
	s = secretShape.ReplaceAllString(s, maskedValue)
	s = mail.ReplaceAllString(s, maskedMail)
	s = homePath.ReplaceAllStringFunc(s, shortPath)
	s = inGroup(localPath, s, shortPath)
	s = m.wordsIn(s)
	s = inGroup(hostName, s, machineName)
	s = hostPort.ReplaceAllStringFunc(s, func(all string) string {
		found := hostPort.FindStringSubmatch(all)
		if loopback(found[2]) {
			return all
		}
		return found[1] + maskedHost + found[3]
	})
	s = inGroup(address4, s, addressOf)
	s = inGroup(address6, s, addressOf)
	return starsAlone.ReplaceAllString(s, "${1}"+maskedValue+"${2}")
}

// escaped hides what other texts have carried along, and what would not be known for what it is.
func (m *masker) escaped(s string) string {
	s = escapedURL.ReplaceAllStringFunc(s, func(all string) string {
		found := escapedURL.FindStringSubmatch(all)
		if loopback(found[2]) && !strings.Contains(all, "@") {
			return all
		}
		return found[1] + maskedHost
	})
	s = escapedPath.ReplaceAllString(s, maskedPath)
	s = encodedUser.ReplaceAllString(s, maskedValue+"%40"+maskedHost)
	s = encodedPath.ReplaceAllString(s, maskedPath)
	return inGroup(sharePath, s, shortPath)
}

// parameters hides the values of a query, whatever they are called, and leaves what stands for the name of a stream, and the end of a
// sentence.
func parameters(all string) string {
	body := strings.TrimRight(all, ".,:;)]}")
	if strings.HasSuffix(body, "{stream") {
		body += "}"
	}
	tail := all[len(body):]
	return parameter.ReplaceAllStringFunc(body, func(one string) string {
		found := parameter.FindStringSubmatch(one)
		if found[4] == "" || strings.Contains(found[4], "{stream}") {
			return one
		}
		return found[1] + found[2] + found[3] + maskedValue
	}) + tail
}

// wordsIn hides the words that are hidden wherever they stand.
func (m *masker) wordsIn(s string) string {
	for _, word := range m.words {
		if strings.Contains(s, word) {
			s = replaceWord(s, word, m.fills[word])
		}
	}
	return s
}

// login hides what a header has behind Basic or Bearer, and leaves a sentence about it.
func login(text string) string {
	found := loginWord.FindStringSubmatch(text)
	if strings.Trim(found[2], "abcdefghijklmnopqrstuvwxyz.-") == "" {
		return text
	}
	return found[1] + maskedValue
}

// publicNames are hosts that stand in names of code.
var publicNames = []string{"github.com", "golang.org", "google.golang.org"}

// machineName hides the name of a machine.
func machineName(host string) string {
	if slices.Contains(publicNames, strings.ToLower(host)) {
		return host
	}
	return maskedHost
}

// addressOf hides an address that is another machine's, and nothing that only looks like one.
func addressOf(text string) string {
	bare, _, _ := strings.Cut(text, "%")
	if ip, err := netip.ParseAddr(bare); err != nil || ip.IsLoopback() || ip.IsUnspecified() {
		return text
	}
	return maskedHost
}

// command hides in a command line, too: absolute paths, whatever they are called.
func (m *masker) command(s string) string {
	s = m.text(settings(s))
	return inGroup(anyPath, s, shortPath)
}

// settings hides in a command line the values of settings that let somebody in, whose values may be of several words.
func settings(line string) string {
	words := shellWords(line)
	for i, word := range words {
		bare, quoted := strings.CutPrefix(word, "'")
		if i > 0 && slices.Contains(headerFlags, words[i-1]) {
			words[i] = headerWord(word)
			continue
		}
		if flag, value, ok := strings.Cut(word, "="); ok && slices.Contains(headerFlags, flag) {
			words[i] = flag + "=" + headerWord(value)
			continue
		}
		if flag, value, ok := strings.Cut(word, "='"); ok && !quoted && strings.HasPrefix(flag, "-") && !strings.HasSuffix(value, "=") {
			// --exec-env='PASSWORD=a b', or --password='a b'
			if masked := foreign.MaskSetting(flag + "=" + strings.TrimSuffix(value, "'")); strings.HasSuffix(masked, "="+foreign.Masked) {
				words[i] = masked
				continue
			}
			if hidden := foreign.MaskSetting(strings.TrimSuffix(value, "'")); hidden != strings.TrimSuffix(value, "'") {
				words[i] = flag + "='" + hidden + "'"
			}
			continue
		}
		bare = strings.TrimSuffix(bare, "'")
		if name, _, _ := strings.Cut(bare, "="); quoted && settingName.MatchString(name) && foreign.MaskSetting(bare) != bare {
			words[i] = "'" + foreign.MaskSetting(bare) + "'"
		}
	}
	return strings.Join(words, " ")
}

// headerFlags are followed by a header, NAME: VALUE.
var headerFlags = []string{"--header", "-H"}

// headerWord is a word of a shell with nothing of a header but its name.
func headerWord(word string) string {
	name, _, ok := strings.Cut(strings.Trim(word, "'"), ":")
	if !ok || !headerName.MatchString(name) {
		return "'" + maskedValue + "'"
	}
	return "'" + name + ": " + maskedValue + "'"
}

// inGroup replaces the second group of what an expression finds; the first is what may stand before it.
func inGroup(expr *regexp.Regexp, s string, by func(string) string) string {
	return expr.ReplaceAllStringFunc(s, func(all string) string {
		found := expr.FindStringSubmatch(all)
		return found[1] + by(found[2])
	})
}

// shortPath leaves of a path the name at its end, which may tell a reader something: the source file of a frame, the server's binary.
func shortPath(p string) string {
	at := strings.LastIndexAny(p, `/\`)
	if home.MatchString(p) && len(home.FindString(p)) == len(p) || at == len(p)-1 {
		return maskedPath
	}
	return maskedPath + "/" + p[at+1:]
}

// replaceWord replaces a word where no letter or digit goes on at either end of it.
func replaceWord(s, word, by string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, word)
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		end := at + len(word)
		inside := at > 0 && letterByte(s[at-1]) && letterByte(word[0]) || end < len(s) && letterByte(s[end]) && letterByte(word[len(word)-1])
		b.WriteString(s[:at])
		if inside {
			b.WriteString(word)
		} else {
			b.WriteString(by)
		}
		s = s[end:]
	}
}

func letterByte(c byte) bool { return letter(rune(c)) }

// loopback reports whether a host is this machine, or a place for one.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") || strings.HasPrefix(host, "{") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// hidden is a copy of v in which every text went through the masker: what is cut short later was whole when it was looked at.
func hidden[T any](m *masker, v T) T {
	var out T
	m.copy(reflect.ValueOf(&out).Elem(), reflect.ValueOf(v))
	return out
}

// mostIndent bounds what a line is indented by.
const mostIndent = 8

// indented is what a line came to, indented as it was: frames of a report are.
func indented(line, text string) string {
	if text == "" {
		return ""
	}
	return line[:min(len(line)-len(strings.TrimLeft(line, " ")), mostIndent)] + text
}

// copy writes to a value what another one holds, hidden.
func (m *masker) copy(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.String:
		to.SetString(indented(from.String(), m.text(clean(from.String()))))
	case reflect.Pointer, reflect.Interface:
		if from.IsNil() {
			return
		}
		inner := reflect.New(from.Elem().Type())
		m.copy(inner.Elem(), from.Elem())
		if from.Kind() == reflect.Interface {
			inner = inner.Elem()
		}
		to.Set(inner)
	case reflect.Slice:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			m.copy(to.Index(i), from.Index(i))
		}
	case reflect.Map:
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeMapWithSize(from.Type(), from.Len()))
		for it := from.MapRange(); it.Next(); {
			key, value := reflect.New(from.Type().Key()).Elem(), reflect.New(from.Type().Elem()).Elem()
			m.copy(key, it.Key())
			m.copy(value, it.Value())
			to.SetMapIndex(key, value)
		}
	case reflect.Struct:
		to.Set(from) // and what can't be reached in it, such as that of a time
		for i := range from.NumField() {
			if to.Field(i).CanSet() {
				m.copy(to.Field(i), from.Field(i))
			}
		}
	default:
		to.Set(from)
	}
}
