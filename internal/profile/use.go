package profile

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// Scaled returns the profile of the same server where all that it does takes f times as long, as in a build with a
// sanitizer. What it waits for by the clock (the silence of a publisher, a grace) takes as long as ever, and then a second's
// work f times as long.
func (p *Profile) Scaled(f float64) *Profile {
	out := *p
	out.Survive = time.Duration(float64(p.Survive) * f)
	if more := time.Duration((f - 1) * float64(time.Second)); more > 0 {
		out.Idle.Later += more
		if out.Idle.First > 0 {
			out.Idle.First += more
		}
	}
	return &out
}

// Treats returns what becomes of viewers after a departure of that kind, and how the timestamps go on for those that are held;
// empty where it is not known.
func (p *Profile) Treats(departure string) (viewers, timestamps string) {
	d := p.Departures[departure]
	viewers, timestamps = cmp.Or(d.Viewers, p.Viewers), cmp.Or(d.Timestamps, p.Timestamps)
	if viewers == "end" {
		timestamps = ""
	}
	return viewers, timestamps
}

// Resumes returns for how long after a departure of that kind the next publisher goes on with the stream; zero where it
// never does.
func (p *Profile) Resumes(departure string) time.Duration {
	d := p.Departures[departure]
	if cmp.Or(d.Policy, p.Policy) != "grace" {
		return 0
	}
	return cmp.Or(d.Resume, p.Resume)
}

// Fill returns how a server of this kind is started on these ports, and where it is then; nothing where only its own
// configuration can tell it.
func (p *Profile) Fill(rtmp, http, api int) (args, env []string, places Places) {
	if p.Exec == nil {
		return nil, nil, Places{}
	}
	fill := strings.NewReplacer("{rtmp}", strconv.Itoa(rtmp), "{http}", strconv.Itoa(http), "{api}", strconv.Itoa(api)).Replace
	for _, a := range p.Exec.Args {
		args = append(args, fill(a))
	}
	for _, e := range p.Exec.Env {
		env = append(env, fill(e))
	}
	at := p.Exec.Places
	return args, env, Places{Publish: fill(at.Publish), Play: fill(at.Play), API: fill(at.API)}
}

// Hint returns the likely cause of what a first look met, such as "play-404"; empty where none is known.
func (p *Profile) Hint(when string) string {
	for _, h := range p.Hints {
		if h.When == when {
			return h.Says
		}
	}
	return ""
}

// blanks are those that JavaScript and others put into a time by the customs of a language (U+202F, U+00A0).
var blanks = strings.NewReplacer("\u202f", " ", "\u00a0", " ")

// LogWall reads the time of a log line, as ParseLog returns it: milliseconds since 1970, by the zone that stands in it, and
// without one as if the server's clock showed UTC. It is not ok for a time without a date.
func (p *Profile) LogWall(timeText string) (ms int64, ok bool) {
	if p.LogTime == "" || timeText == "" {
		return 0, false
	}
	t, err := time.Parse(p.LogTime, blanks.Replace(timeText))
	if err != nil || t.Year() < 1970 {
		return 0, false
	}
	return t.UnixMilli(), true
}
