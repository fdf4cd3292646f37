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

// Mask hides the credentials of the URLs in s, which may be any text: the user and password before a host, and the
// values of parameters such as token, secret, sign, key, auth and pwd. It rather hides too much than too little.
func Mask(s string) string {
	s = userinfo.ReplaceAllString(s, "${1}"+Masked+"@")
	return secretParam.ReplaceAllString(s, "${1}"+Masked)
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
