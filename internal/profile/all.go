package profile

import (
	"encoding/json"
	"fmt"
)

// All are the kinds of server that are known, in the order in which Resolve tries them. The last is what is left.
var All = []*Profile{
	&Embedded,
	&srs,
	&generic,
}

// Lookup returns the profile of that name, ready for ParseLog.
func Lookup(name string) (*Profile, bool) {
	for _, p := range All {
		if p.Name == name {
			return p.ready(), true
		}
	}
	return nil, false
}

// Resolve returns the profile of that name; for "auto", and for no name, the one that the properties of a connect reply
// point to, which is generic when they point to none.
func Resolve(name string, reply map[string]any) (*Profile, bool) {
	if name != "" && name != "auto" {
		return Lookup(name)
	}
	for _, p := range All {
		if p.ReplyVersion == "" {
			continue
		}
		if _, ok := reply[p.ReplyVersion]; ok {
			return p.ready(), true
		}
	}
	return generic.ready(), true
}

// ready returns a compiled copy. That the profiles of All compile is tested.
func (p *Profile) ready() *Profile {
	c := *p
	if err := c.Compile(); err != nil {
		panic(fmt.Sprintf("profile %s: %v", p.Name, err))
	}
	return &c
}

// ServerID returns the server's name of a connection, by the reply to its connect; empty where the server has none.
func (p *Profile) ServerID(reply map[string]any) string { return text(reply, p.ReplyID) }

// ServerPID returns the number of the server's process, by the reply to a connect; empty where the server does not tell it.
func (p *Profile) ServerPID(reply map[string]any) string { return text(reply, p.ReplyPID) }

// Version returns the server's version, by the reply to a connect; empty where the server does not tell it.
func (p *Profile) Version(reply map[string]any) string { return text(reply, p.ReplyVersion) }

// text is the property name as a string. Some builds send numbers.
func text(reply map[string]any, name string) string {
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
		return generic.ready(), nil
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
