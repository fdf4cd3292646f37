package report

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// A script shows what was found to whoever has a shell, ffmpeg and curl, and not this tool. All scripts share their shape:
//
//  1. They are one command for any shell, bash with the rest in a document that nothing is expanded in, so they can be pasted.
//  2. RTMP, HTTP and ROUNDS may be set before it; the addresses of the run stand in it.
//  3. They look for a sign, round after round, and stop at it: status 1. Without it they stop after the last round: status 0. What
//     hinders them is status 125, and all that as git bisect run takes it.
//  4. They end what they started by its number, and remove the folder that they worked in.
//
// Publishers are told apart by the size of their pictures. ffmpeg takes longer than a server's window to start and to connect, so
// one that is to return is started ahead and waits for its input, and is fed a varying time before the old one leaves.

// recipe is a kind of script, empty for none.
type recipe string

const (
	byReturn  recipe = "return"  // a publisher leaves and comes back, over and over
	byContend recipe = "contend" // a second publisher tries while the first is live
	byStale   recipe = "stale"   // a viewer comes after a return
	byOpening recipe = "opening" // viewers come before, in and after a gap
	byLeak    recipe = "leak"    // publishers come and go, and descriptors are counted
)

// recipe is the script that shows a case, and where there is none why that is.
func (i *issue) recipe(f Finding, c Case) (recipe, phrase.ID) {
	s := i.story
	if s.Left == "vanish" {
		return "", phrase.IssueNoScriptVanish
	}
	switch code := check.Code(f.Code); code {
	case check.DoublePublish:
		return byContend, ""
	case check.MixedMedia:
		if s.Contender || c.How == check.Refused || c.How == check.Together {
			return byContend, ""
		}
		return "", phrase.IssueNoScriptFrames
	case check.StaleMedia:
		return byStale, ""
	case check.FLVInvalid:
		if c.Odd != nil && c.Odd.What == history.NoSequence {
			return byOpening, ""
		}
		return "", phrase.IssueNoScriptFrames
	case check.Leak:
		if strings.HasPrefix(c.Text, memoryKept) {
			return "", phrase.IssueNoScriptMemory
		}
		return byLeak, ""
	case check.ServerCrashed, check.ServerHung, check.ServerRestarted, check.Sanitizer, check.PlayerStarved, check.PlayerRefused:
		if len(s.Moments) > 0 && s.Left == "" {
			return "", phrase.IssueNoScriptUnknown
		}
		return byReturn, ""
	default:
		if ofReturn(f.Code) {
			return byReturn, ""
		}
	}
	return "", phrase.IssueNoScriptFrames
}

// memoryKept is how the text of a leak begins that is one of memory.
const memoryKept = "memory:"

// roundsOf are how many rounds a script goes on for, and what one of them takes.
var roundsOf = map[recipe]struct {
	most int
	each time.Duration
}{
	byReturn:  {40, 4 * time.Second},
	byContend: {5, 12 * time.Second},
	byStale:   {5, 10 * time.Second},
	byOpening: {3, 16 * time.Second},
	byLeak:    {1, 90 * time.Second},
}

// Sizes of pictures: of the publisher of whom nothing may be left, and of the one who comes after it or beside it.
const (
	firstWidth  = "160"
	secondWidth = "320"
)

// returnLead is how long ahead of the old publisher's departure the new one is fed at most, by steps of returnStep: ffmpeg takes about
// half of it from there to its publish.
const (
	returnLeads = 16
	returnStep  = 20 * time.Millisecond
)

// script is a recipe for a shell. It is empty where an address has what a shell would take for its own.
func (i *issue) script(kind recipe, f Finding, c Case) []string {
	publish, play := i.mask.text(clean(i.address(i.r.Target.PublishURL, c))), i.mask.text(clean(i.address(i.r.Target.PlayURL, c)))
	plain := func(url string) bool { return address.FindString(url) == url }
	if kind == "" || publish == "" || !plain(publish) || play != "" && !plain(play) {
		return nil
	}
	viewed := play != "" && (i.story.Players > 0 || i.r.Play.Players > 0 || kind != byReturn && kind != byLeak)
	if play == "" && kind != byReturn && kind != byLeak {
		return nil
	}
	settings := "RTMP=${RTMP:-" + publish + "} "
	if play != "" {
		settings += "HTTP=${HTTP:-" + play + "} "
	}
	out := []string{"bash <<'END'", settings + "ROUNDS=${ROUNDS:-" + strconv.Itoa(roundsOf[kind].most) + "}"}
	for _, line := range textLines(scriptTools) {
		if i.scripted(f.Code, viewed, &line) {
			out = append(out, line)
		}
	}
	body := map[recipe]string{byReturn: scriptReturn, byContend: scriptContend, byStale: scriptStale, byOpening: scriptOpening, byLeak: scriptLeak}[kind]
	out = append(out, "main() {", `  command -v ffmpeg curl > log || fail "`+i.echo(phrase.ScriptNeeds, "bash, ffmpeg, curl")+`"`)
	for _, line := range textLines(body) {
		if !i.scripted(f.Code, viewed, &line) {
			continue
		}
		out = append(out, "  "+i.filled(line))
	}
	return append(out, "}", "main < /dev/null", "END")
}

// textLines are those of a text.
func textLines(text string) []string { return strings.Split(strings.Trim(text, "\n"), "\n") }

// scripted reports whether a line of a recipe is one for this case, and takes off the word that says for which it is.
func (i *issue) scripted(code string, viewed bool, line *string) bool {
	mark, rest, ok := strings.Cut(*line, "| ")
	if !ok {
		return true
	}
	of := map[string]bool{
		"V": viewed, "S": viewed && code == string(check.SlowRelease), "U": viewed && slices.Contains(ofViewers, check.Code(code)),
		"H": viewed && code == string(check.PlayerStarved),
	}
	is, known := of[mark]
	if !known {
		return true
	}
	*line = rest
	return is
}

// ofViewers are codes for which a script looks whether viewers get anything, for that is the sign.
var ofViewers = []check.Code{check.PlayerStarved, check.PlayerRefused, check.ServerHung}

// filled is a line of a recipe with what this case has, and what people read, in their language.
func (i *issue) filled(line string) string {
	s := i.story
	leave := cmp.Or(endings[s.Left], "KILL")
	grace := cmp.Or(i.r.Judge.Grace.Duration(), time.Second)
	return strings.NewReplacer(
		"{leave}", leave, "{gap}", count(s.Gap.Milliseconds()), "{grace}", sleepOf(grace), "{longer}", sleepOf(cmp.Or(i.r.Judge.StuckAfter.Duration(), 10*time.Second)),
		"{leads}", strconv.Itoa(returnLeads), "{step}", strconv.FormatInt(returnStep.Milliseconds(), 10), "{viewers}", upTo(min(max(s.Players, 1), playersByHand)),
		"{first}", firstWidth, "{second}", secondWidth,
		"{nobody}", i.echo(phrase.ScriptNobody, "$RTMP"), "{refused}", i.echo(phrase.ScriptRefused, "$n", sleepOf(grace)),
		"{still}", i.echo(phrase.ScriptStill), "{back}", i.echo(phrase.ScriptBack), "{died}", i.echo(phrase.ScriptDied, "$n", "$HTTP"),
		"{silent}", i.echo(phrase.ScriptSilent, "$n"), "{held}", i.echo(phrase.ScriptHeld, "$n"), "{double}", i.echo(phrase.ScriptDouble, "$n"),
		"{mixed}", i.echo(phrase.ScriptMixed, "$n"), "{stale}", i.echo(phrase.ScriptStale, "$n"), "{headless}", i.echo(phrase.ScriptHeadless, "$n", "$who"),
		"{kept}", i.echo(phrase.ScriptKept, "$before", "$after", "20"), "{pid}", i.echo(phrase.ScriptPID), "{not}", i.echo(phrase.ScriptNot, "$ROUNDS"),
	).Replace(line)
}

// echo is a sentence for a shell's double quotes.
func (i *issue) echo(id phrase.ID, args ...any) string { return i.say(id, args...) }

// endings are the signals that make ffmpeg leave as a publisher did: it says goodbye at one, and the system closes the connection of one
// that is killed.
var endings = map[string]string{"unpublish": "TERM"}

// playersByHand is how many viewers a script has at most.
const playersByHand = 3

// upTo counts as a shell's loop does: 1 2 3.
func upTo(n int) string {
	var out []string
	for i := range n {
		out = append(out, strconv.Itoa(i+1))
	}
	return strings.Join(out, " ")
}

// sleepOf writes a time as sleep takes it.
func sleepOf(d time.Duration) string {
	return strconv.FormatFloat(d.Round(time.Millisecond).Seconds(), 'f', -1, 64)
}

// started is the command that starts the server of a run where that did so, with the addresses that stand in its scripts; nothing where
// it is not known.
func (i *issue) started() []string {
	words := shellWords(i.repro())
	at := func(raw string) (host string, port int) {
		u, err := url.Parse(strings.ReplaceAll(raw, "{stream}", "s"))
		if err != nil {
			return "", 0
		}
		port, _ = strconv.Atoi(u.Port())
		return u.Host, port
	}
	rtmp, rtmpPort := at(i.r.Target.PublishURL)
	http, httpPort := at(i.r.Target.PlayURL)
	if rtmpPort == 0 || httpPort == 0 {
		return nil
	}
	if i.r.Target.Embedded {
		out := "flvstorm serve"
		if bug := valueOf(words, "--bug"); bug != "" {
			out += " --bug " + bug
		}
		return []string{out + " --rtmp " + rtmp + " --http " + http}
	}
	p, known := profile.Lookup(i.r.Target.Profile)
	program := valueOf(words, "--exec")
	if !known || program == "" {
		return nil
	}
	_, env, places := p.Fill(rtmpPort, httpPort, 1985)
	if len(env) == 0 || places.Publish == "" {
		return nil
	}
	for n, word := range words {
		if word == "--exec-env" && n+1 < len(words) {
			env = append(env, words[n+1])
		}
	}
	return command(strings.Join(env, " ")+" "+strings.Trim(program, "'"), issueCommand)
}

// valueOf is the value of a flag in a command line, empty where it has none.
func valueOf(words []string, flag string) string {
	for n, word := range words {
		if value, ok := strings.CutPrefix(word, flag+"="); ok {
			return value
		}
		if word == flag && n+1 < len(words) {
			return words[n+1]
		}
	}
	return ""
}
