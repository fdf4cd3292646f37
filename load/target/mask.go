package target

import "regexp"

// Masked stands where a credential stood.
const Masked = "***"

var (
	// userinfo is what stands before the last @ of an authority.
	userinfo = regexp.MustCompile(`(://)[^\s/?"']*@`)
	// secretParam is a parameter of a query whose name says that its value lets somebody in: token, wsSecret,
	// auth_key, X-Amz-Signature, txSecret, sign, pwd and their like.
	secretParam = regexp.MustCompile(`(?i)([?&;#][^=&;?#\s"']*(?:token|secret|sign|signature|sig|auth|key|pwd|pass|passwd|password|jwt|credential)=)[^&\s"'<>#]+`)
)

// Mask hides the credentials of the URLs in s, which may be any text: the user and password before a host, and the
// values of parameters such as token, secret, sign, key, auth and pwd. It rather hides too much than too little.
func Mask(s string) string {
	s = userinfo.ReplaceAllString(s, "${1}"+Masked+"@")
	return secretParam.ReplaceAllString(s, "${1}"+Masked)
}
