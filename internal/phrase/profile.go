package phrase

// Sentences about profiles: mistakes in a user's file, each behind its file and line, and what `flvstorm profiles` prints.
const (
	ProfileNoFile     ID = "profile.no-file"
	ProfileFolder     ID = "profile.folder"
	ProfileLong       ID = "profile.long"
	ProfileNotYAML    ID = "profile.not-yaml"
	ProfileDeep       ID = "profile.deep"
	ProfileEmpty      ID = "profile.empty"
	ProfileTwo        ID = "profile.two"
	ProfileField      ID = "profile.field"
	ProfileNear       ID = "profile.near"
	ProfileMissing    ID = "profile.missing"
	ProfileBlank      ID = "profile.blank"
	ProfileNoFields   ID = "profile.no-fields"
	ProfileList       ID = "profile.list"
	ProfileText       ID = "profile.text"
	ProfileQuote      ID = "profile.quote"
	ProfileControl    ID = "profile.control"
	ProfileBool       ID = "profile.bool"
	ProfileDuration   ID = "profile.duration"
	ProfileBounds     ID = "profile.bounds"
	ProfileName       ID = "profile.name"
	ProfileTwice      ID = "profile.twice"
	ProfileChoice     ID = "profile.choice"
	ProfileChoiceNear ID = "profile.choice-near"
	ProfileExpression ID = "profile.expression"
	ProfileLarge      ID = "profile.large"
	ProfileItems      ID = "profile.items"
	ProfileGroup      ID = "profile.group"
	ProfileNoGroup    ID = "profile.no-group"
	ProfileLayout     ID = "profile.layout"
	ProfileBraces     ID = "profile.braces"
	ProfileURL        ID = "profile.url"
	ProfileNoStream   ID = "profile.no-stream"
	ProfileAssignment ID = "profile.assignment"
	ProfileWord       ID = "profile.word"
	ProfileHeader     ID = "profile.header"
	ProfileSlash      ID = "profile.slash"
	ProfileOccasion   ID = "profile.occasion"
	ProfileNoise      ID = "profile.noise"
	ProfileVersion    ID = "profile.version"
	ProfileNoBound    ID = "profile.no-bound"
	ProfileNever      ID = "profile.never"
	ProfileAFile      ID = "profile.a-file"

	ProfilesLog      ID = "profiles.log"
	ProfilesLogOf    ID = "profiles.log-of"
	ProfilesRight    ID = "profiles.right"
	ProfilesSurvey   ID = "profiles.survey"
	ProfilesLoud     ID = "profiles.loud"
	ProfilesShort    ID = "profiles.short"
	ProfilesLong     ID = "profiles.long"
	ProfilesSample   ID = "profiles.sample"
	ProfilesNone     ID = "profiles.none"
	ProfilesNear     ID = "profiles.near"
	ProfilesName     ID = "profiles.name"
	ProfilesKnownBy  ID = "profiles.known-by"
	ProfilesPolicy   ID = "profiles.policy"
	ProfilesAccepted ID = "profiles.accepted"
	ProfilesReply    ID = "profiles.reply"
	ProfilesServer   ID = "profiles.server"
	ProfilesBoth     ID = "profiles.both"
	ProfilesByName   ID = "profiles.by-name"
	ProfilesRest     ID = "profiles.rest"
	ProfilesResume   ID = "profiles.resume"
	ProfilesAtStart  ID = "profiles.at-start"
	ProfilesLater    ID = "profiles.later"
	ProfilesMore     ID = "profiles.more"
)

// profile is the English of this area.
var profile = map[ID]string{
	ProfileNoFile:     "%s: the profile cannot be read: %v; give a kind of server that `flvstorm profiles` lists, or a YAML file",
	ProfileFolder:     "%s: is a folder; give the YAML file of a profile",
	ProfileLong:       "%s: is longer than %d KiB, which no profile is; is it the right file?",
	ProfileNotYAML:    "%s: is not YAML: %s",
	ProfileDeep:       "it is nested too deep",
	ProfileEmpty:      "%s: has nothing in it; `flvstorm profiles srs` prints a profile to begin with",
	ProfileTwo:        "%s: has more than one document; give each profile a file of its own, without --- between",
	ProfileField:      "%s: there is no field %s; there are %s",
	ProfileNear:       "%s: there is no field %s; is %s meant?",
	ProfileMissing:    "%s: %s is missing or empty; docs/profiles.md says what it is for",
	ProfileBlank:      "%s: %s has no value; give one, or leave the line out",
	ProfileNoFields:   "%s: %s must hold fields, each as NAME: VALUE; there are %s",
	ProfileList:       "%s: %s must be a list, each item on a line of its own behind a dash",
	ProfileText:       "%s: %s must be text, written out in its place",
	ProfileQuote:      "%s: %s must be text; put it in quotes: \"%s\"",
	ProfileControl:    "%s: %s must be text of one line, without control characters",
	ProfileBool:       "%s: %s must be true or false",
	ProfileDuration:   "%s: %s must be a duration with its unit, such as 500ms, 10s or 1m30s, not %q",
	ProfileBounds:     "%s: %s is %s; it must be more than nothing and at most %v",
	ProfileName:       "%s: %s %q must be of letters, digits, dots and dashes, at most 64, and not auto",
	ProfileTwice:      "%s: %s has %q twice; give each its own name",
	ProfileChoice:     "%s: %s: there is no %q; there are %s",
	ProfileChoiceNear: "%s: %s: there is no %q; is %s meant?",
	ProfileExpression: "%s: %s is not a regular expression of Go: %s",
	ProfileLarge:      "%s: %s is a regular expression of a size that no log line needs; give a shorter one",
	ProfileItems:      "%s: %s has more than %d items; which are needed?",
	ProfileGroup:      "%s: %s has a group named %s, which is not read; there are %s",
	ProfileNoGroup:    "%s: %s has a group named %s; no groups are read here, write (?:…)",
	ProfileLayout:     "%s: %s %q must be the time 2006-01-02 15:04:05 as the server would write it, with date and seconds",
	ProfileBraces:     "%s: %s: %s is not filled in; there are %s",
	ProfileURL:        "%s: %s %q must be a URL that begins with %s:// and names a host",
	ProfileNoStream:   "%s: %s %q must have {stream} where the name of the stream goes",
	ProfileAssignment: "%s: %s %q must be NAME=VALUE",
	ProfileWord:       "%s: %s %q must be one word of letters and digits",
	ProfileHeader:     "%s: %s %q must be a header, NAME: VALUE; a secret is named as ${VARIABLE} of the environment",
	ProfileSlash:      "%s: %s %q must begin with a slash: it is a path below the URL of the API",
	ProfileOccasion:   "%s: %s %q must begin with publish- or play-, such as play-404 or publish-denied",
	ProfileNoise:      "%s: log_rules: %s is noise and has a class; a line that refuses somebody is not noise",
	ProfileVersion:    "%s: %s %q must be a version that begins with numbers, such as 7.0.2",
	ProfileNoBound:    "%s: versions: an item says from which version on it holds (since) or up to which (before), or both",
	ProfileNever:      "%s: versions: since is not below before, so the item never holds",
	ProfileAFile:      "a profile",

	ProfilesLog:    "say what the profile's rules make of this log `FILE`",
	ProfilesLogOf:  "--log: of which profile? Name it, such as flvstorm profiles srs --log srs.log",
	ProfilesRight:  "%s is a profile, %q; with --log FILE you see what it makes of a log",
	ProfilesSurvey: "%d lines, of which %d have a head that was understood. By rule, with the first line that it knew:",
	ProfilesLoud:   "%d lines at WARN or above that no rule knows",
	ProfilesShort:  "What is known of each kind of server",
	ProfilesLong: `Lists the kinds of server that are known, or prints what is known of one: how it accepts and refuses, how long a silent
publisher counts as live, what its log lines mean, where its API is, and where each fact comes from. What is printed is YAML
that --profile FILE.yaml takes: copy it, change it, and keep it with the server's configuration.`,
	ProfilesSample: `  flvstorm profiles
  flvstorm profiles srs
  flvstorm profiles srs > our-srs.yaml`,
	ProfilesNone:     "there is no profile %q; there are %s",
	ProfilesNear:     "there is no profile %q; is %s meant?",
	ProfilesName:     "profile",
	ProfilesKnownBy:  "recognised by",
	ProfilesPolicy:   "policy",
	ProfilesAccepted: "accepted",
	ProfilesReply:    "connect reply",
	ProfilesServer:   "Server header",
	ProfilesBoth:     "connect reply, Server header",
	ProfilesByName:   "--profile only",
	ProfilesRest:     "what no other is",
	ProfilesResume:   "%s, %v",
	ProfilesAtStart:  "at Publish.Start",
	ProfilesLater:    "%v after it",
	ProfilesMore:     "flvstorm profiles NAME prints what is known of one, as YAML to copy and change.",
}
