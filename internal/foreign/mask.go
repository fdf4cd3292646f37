package foreign

import (
	"regexp"
	"strings"
)

// Masked stands where a credential stood.
const Masked = "***"

var (
	// userinfo is what stands before the last @ of an authority.
	userinfo = regexp.MustCompile(`(://)[^\s/?"']*@`)
	// secretParam is a parameter of a query whose name says that its value lets somebody in: token, wsSecret,
	// auth_key, X-Amz-Signature, txSecret, sign, pwd and their like.
	// The query may stand behind anything, also without a scheme, and escaped.
	secretParam = regexp.MustCompile(`(?i)((?:[?&;#]|%3F|%26)[^=&;?#\s"']*(?:token|secret|sign|signature|sig|auth|key|pwd|pass|passwd|password|jwt|credential)(?:=|%3D))[^&\s"'<>#]+`)
)

// A command line has other places for credentials than URLs. A value may stand in quotes.
const (
	secretName  = `[\w.-]*(?:token|secret|signature|sign\b|passwo?r?d|passphrase|pass\b|pwd|jwt|credential|auth|key\b)[\w.-]*`
	secretValue = `(?:"[^"]*"|'[^']*'|[^\s"']+)`
)

var (
	// secretSetting is a setting of the environment, or an option with =: API_TOKEN=x, --password=x, -e DB_PASSWORD=x.
	secretSetting = regexp.MustCompile(`(?i)((?:^|[\s"'=])` + secretName + `=)` + secretValue)
	// secretOption is an option with its value behind it: --password x.
	secretOption = regexp.MustCompile(`(?i)((?:^|[\s"'])--?` + secretName + `\s+)("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)`)
	// secretHeader is a header for a client such as curl.
	secretHeader = regexp.MustCompile(`(?i)(\b(?:(?:proxy-)?authorization|cookie|[\w-]*(?:token|key)):\s*)[^"']+`)
)

// Mask hides the credentials of the URLs in s, which may be any text: the user and password before a host, and the
// values of parameters such as token, secret, sign, key, auth and pwd. It rather hides too much than too little.
func Mask(s string) string {
	s = userinfo.ReplaceAllString(s, "${1}"+Masked+"@")
	return secretParam.ReplaceAllString(s, "${1}"+Masked)
}

// MaskCommand is Mask for a command line or a word of one: it also hides the values of settings and options, and the headers,
// whose name says that they let somebody in.
func MaskCommand(s string) string {
	s = secretHeader.ReplaceAllString(Mask(s), "${1}"+Masked)
	s = secretSetting.ReplaceAllString(s, "${1}"+Masked)
	return secretOption.ReplaceAllString(s, "${1}"+Masked)
}

// MaskSetting is MaskCommand for one NAME=VALUE, whose value may be of several words.
func MaskSetting(s string) string {
	name, _, ok := strings.Cut(s, "=")
	if probe := name + "=x"; ok && MaskCommand(probe) != probe {
		return name + "=" + Masked
	}
	return MaskCommand(s)
}

// MaskBy hides in text, which may quote rawURL or a part of it, what Mask hides in the URL.
func MaskBy(text, rawURL string) string {
	_, query, _ := strings.Cut(rawURL, "?")
	for param := range strings.FieldsFuncSeq(query, func(r rune) bool { return strings.ContainsRune("?&;#", r) }) {
		_, value, _ := strings.Cut(param, "=")
		if masked := Mask("?" + param); len(value) > 2 && masked != "?"+param {
			text = strings.ReplaceAll(text, value, Masked)
		}
	}
	return Mask(text)
}
