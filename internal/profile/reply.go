package profile

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// ServerID returns the server's name of a connection, by the reply to its connect; empty where the server has none.
func (p *Profile) ServerID(reply map[string]any) string { return property(reply, p.ReplyID) }

// ServerPID returns the number of the server's process, by the reply to a connect; empty where the server does not tell it.
func (p *Profile) ServerPID(reply map[string]any) string { return property(reply, p.ReplyPID) }

// Version returns the server's version, by the reply to a connect; empty where the server does not tell it. Versions in the
// manner of Flash ("0,37,4") get dots.
func (p *Profile) Version(reply map[string]any) string {
	return strings.ReplaceAll(property(reply, p.ReplyVersion), ",", ".")
}

// property is the property name as a string. Some builds send numbers.
func property(reply map[string]any, name string) string {
	if name == "" {
		return ""
	}
	switch v := reply[name].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// matches reports whether a regular expression that was checked already finds something in text.
func matches(expression, text string) bool {
	re, err := regexp.Compile(expression)
	return err == nil && re.MatchString(text)
}

// Map returns p as it stands in the header of a history.
func (p *Profile) Map() (map[string]any, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	err = json.Unmarshal(b, &m)
	return m, err
}

// Read returns the profile that stands in the header of a history, as Map made it. An empty one reads as generic: then
// nothing is known of the server.
func Read(m map[string]any) (*Profile, error) {
	if len(m) == 0 {
		return must("generic"), nil
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	var p Profile
	if err := json.Unmarshal(b, &p); err != nil {
		return nil, err
	}
	return &p, p.Compile()
}
