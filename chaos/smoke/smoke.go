// Package smoke is the short, ordered suite that a pipeline runs against a build of a server: each way to leave at five
// gaps, twenty keys at once, players that come late or never read, contenders, another codec, and at the end the question
// whether every key is free again.
//
//  1. Cases lists the cases in their order; Select leaves some out by name.
//  2. A Case is laid out for a Setting (what kind of server it is, whether there are players) as a chaos.Plan of scripts:
//     every key is its own, and its name says what it tries, so that a reader of a finding sees it at once.
//  3. A Suite takes the cases one after the other through the caller's stage, which makes a chaos.Run of each plan, and
//     writes into the history where each begins, ends, or why it is skipped.
//
// Nothing here connects or judges. What a case proves hangs on its keys: a return without players says nothing about a
// server that frees its lock too early, and passes there; one with a player fails.
package smoke

import (
	"math/rand/v2"
	"time"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
)

// Defaults of the judgement in smoke: a pipeline waits, and a stuck key is stuck for good.
const (
	Grace      = time.Second
	StuckAfter = 4 * time.Second
)

// Case is one thing that is tried.
type Case struct {
	Name string
	Says phrase.ID // what it tries, one sentence

	plays    bool   // it says nothing without players
	contends bool   // it wants to see a second publisher refused
	leave    string // the departure that it is about
	again    bool   // it publishes the keys of earlier cases
	write    func(*sheet)
}

// Cases are all cases in their order. Adding one means one function and one line here.
func Cases() []Case {
	return []Case{
		{Name: "publish-and-play", Says: phrase.SmokePublishAndPlay, plays: true, write: publishAndPlay},
		{Name: "return-unpublish", Says: phrase.SmokeReturnUnpublish, leave: "unpublish", write: comeBack},
		{Name: "return-fin", Says: phrase.SmokeReturnFIN, leave: "fin", write: comeBack},
		{Name: "return-rst", Says: phrase.SmokeReturnRST, leave: "rst", write: comeBack},
		{Name: "return-cut", Says: phrase.SmokeReturnCut, leave: "cut", write: comeBack},
		{Name: "return-halfclose", Says: phrase.SmokeReturnHalfClose, leave: "halfclose", write: comeBack},
		{Name: "return-vanish", Says: phrase.SmokeReturnVanish, leave: "vanish", write: comeBack},
		{Name: "drop-together", Says: phrase.SmokeDropTogether, write: dropTogether},
		{Name: "play-in-gap", Says: phrase.SmokePlayInGap, plays: true, write: playInGap},
		{Name: "stalled-player", Says: phrase.SmokeStalledPlayer, plays: true, write: stalledPlayer},
		{Name: "contenders", Says: phrase.SmokeContenders, contends: true, write: contenders},
		{Name: "codec-change", Says: phrase.SmokeCodecChange, plays: true, write: codecChange},
		{Name: "audio-only", Says: phrase.SmokeAudioOnly, plays: true, write: audioOnly},
		{Name: "video-only", Says: phrase.SmokeVideoOnly, plays: true, write: videoOnly},
		{Name: "released", Says: phrase.SmokeReleased, again: true, write: released},
	}
}

// Setting is what cases are laid out for.
type Setting struct {
	Seed    int64
	Profile *profile.Profile
	// Players says that there is a play URL.
	Players bool
	// Witnesses is how many players of each key read every frame, as in load.Spec.
	Witnesses int
	// Name makes the name of a stream from what tells it apart in the run, such as "rst-g20-p8-armed"; Key makes its key.
	Name func(of string) string
	Key  func(stream string) string
	// Grace and StuckAfter are those of the judgement; how long publishes live hangs on the grace. Zero is the default.
	Grace, StuckAfter time.Duration
	// Earlier are the streams of the cases before, for the one that publishes them again.
	Earlier []string
}

// maxIdle is for how long a silent publisher is waited for: the generic profile's bound, which is most of the 90 s that
// the suite may take.
const maxIdle = 30 * time.Second

// never is an idle bound of servers that were not seen to notice a silent publisher at all.
const never = 24 * time.Hour

// Skip says why the case makes no sense in the setting. Skip is false where it does.
func (c Case) Skip(s Setting) (why string, skip bool) {
	p := s.Profile
	say := func(id phrase.ID, args ...any) (string, bool) { return phrase.English.Say(id, args...), true }
	switch {
	case c.plays && !s.Players:
		return say(phrase.SmokeNoPlayURL)
	case c.contends && p.Policy == "takeover":
		return say(phrase.SmokeTakeover, p.Name)
	case c.again && len(s.Earlier) == 0:
		return say(phrase.SmokeNothingBefore)
	// An ignored unpublish is followed by our FIN, and that frees the key.
	case c.leave != "" && c.leave != "unpublish" && p.Departures[c.leave].Ignored:
		return say(phrase.SmokeIgnored, p.Name, c.leave)
	case c.leave == "vanish" && idle(p, brief(s)) > maxIdle:
		if idle(p, brief(s)) >= never {
			return say(phrase.SmokeNever, p.Name)
		}
		return say(phrase.SmokeVanish, p.Name, idle(p, brief(s)), maxIdle)
	}
	return "", false
}

// idle is for how long a publisher that falls silent after a life of live may keep its key. Where the newest publisher takes
// over that is no time at all.
func idle(p *profile.Profile, live time.Duration) time.Duration {
	policy := p.Policy
	if d, ok := p.Departures["vanish"]; ok && d.Policy != "" {
		policy = d.Policy
	}
	if policy == "takeover" {
		return 0
	}
	return p.Idle.Until(0, live) - live
}

// Plan lays the case out. It is a pure value: the same setting gives the same plan.
func (c Case) Plan(s Setting) chaos.Plan {
	if s.Grace == 0 {
		s.Grace = Grace
	}
	if s.StuckAfter == 0 {
		s.StuckAfter = max(StuckAfter, s.Grace)
	}
	sh := &sheet{Setting: s, leave: c.leave, rng: load.Rand(s.Seed, "smoke/"+c.Name)}
	c.write(sh)
	spec := chaos.DefaultSpec()
	spec.Load.Seed, spec.Load.Witnesses, spec.Grace, spec.StuckAfter = s.Seed, s.Witnesses, s.Grace, s.StuckAfter
	spec.Load.Duration = sh.lasts() + s.Grace + spare
	return chaos.NewScripted(spec, sh.scripts, s.Key)
}

// spare is how much longer than its scripts the storm of a case may take, for all that takes a server some time.
const spare = 2 * time.Second

// sheet is a case that is being laid out.
type sheet struct {
	Setting
	leave   string
	rng     *rand.Rand
	scripts []chaos.Script
}

// add adds a script under the name that tells it apart. Where there is no play URL it has no players.
func (sh *sheet) add(of string, s chaos.Script) {
	s.Stream = sh.Name(of)
	if !sh.Players {
		s.Players = nil
	}
	sh.scripts = append(sh.scripts, s)
}

// lasts is how long the longest script takes where the server does as it should.
func (sh *sheet) lasts() (longest time.Duration) {
	for _, s := range sh.scripts {
		own := s.Lasts()
		cycles := s.Cycles
		if s.Rival != nil {
			cycles = append(cycles[:len(cycles):len(cycles)], s.Rival.Cycles...)
		}
		for n, c := range cycles {
			own += sh.Profile.AcceptAfter()
			if c.Leave == "vanish" && n < len(cycles)-1 {
				own += idle(sh.Profile, c.Live)
			}
		}
		longest = max(longest, own)
	}
	return longest
}

// brief is how long a publish lives that is there to be left: its players have come, and got something.
func brief(s Setting) time.Duration {
	return max(700*time.Millisecond, s.Grace*7/10)
}

// long is how long a publish lives that has to be seen: a player that gets nothing of it starves longer than the grace,
// and by more than the time by which players tell of their media late.
func long(s Setting) time.Duration { return s.Grace + time.Second }

// mix is the manners of three players, as in a storm: two that reconnect at once, one that keeps its ended connection.
var mix = []load.Manner{load.Prompt, load.Prompt, load.Linger}

// crowd is n players of the usual mix, who come in the first 100 ms.
func (sh *sheet) crowd(n int) []chaos.Entrance {
	players := make([]chaos.Entrance, n)
	for i := range players {
		players[i] = chaos.Entrance{Manner: mix[i%len(mix)], Wait: time.Duration(sh.rng.Int64N(int64(100 * time.Millisecond)))}
	}
	return players
}
