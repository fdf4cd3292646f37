package report

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of a report for a tracker: who reads it has other ones to read.
const (
	issueTitle   = 140 // columns
	issueLine    = 400 // of a line in a fence
	issueEffects = 3
	issueAlso    = 6
	issueCommand = 100 // columns of a line of a command
	commandShown = 16  // lines of a command that is not folded
	commandFits  = 24 << 10
	issueBytes   = 65536 // characters that GitHub takes
)

// Issue is a report in Markdown for the issue tracker of the server: what happened, how to see it again without this tool and with
// it, what was expected, the gravest causes with their evidence in the order in which they came, and when what happened. Credentials, hosts other than this machine,
// users and local paths are hidden in all of it; what the server wrote can neither end its fence nor mention anybody. It is empty where
// there is nothing to report.
func (r Result) Issue(book phrase.Book, s IssueStory) string {
	if why := r.NothingToReport(); why != "" {
		return ""
	}
	mask, repro := newMasker(r), r.Repro
	r, s = hidden(mask, r), hidden(mask, s)
	r.Run = "" // its folder is here
	i := &issue{page: plainly(r, book), mask: mask, story: s}
	i.r.Repro = mask.command(wordsOf(strings.Join(without(cleanWords(repro), droppedFlags), " "))) // whole, which hidden leaves nothing
	causes := r.causes()
	f, c, found := r.firstCase()
	i.head()
	top := i.text.Len()
	i.steps(f, c, found)
	i.verdicts(causes)
	if found {
		i.often(causes, c)
		i.timeline()
		i.sanitized()
		for _, f := range causes {
			i.evidence(f)
		}
		i.also(causes)
	}
	i.around()
	text := i.text.String()
	return text[:top] + i.legend(text) + text[top:]
}

// nothings say by what verdict there is nothing to report.
var nothings = map[check.Verdict]phrase.ID{
	check.Pass:         phrase.IssueNothing,
	check.Inconclusive: phrase.IssueNothingOpen,
	check.Interrupted:  phrase.IssueNothingCut,
}

// NothingToReport is what to say where an Issue has nothing to tell a server's tracker, empty where it has.
func (r Result) NothingToReport() phrase.ID {
	if len(r.causes()) > 0 || slices.ContainsFunc(r.Thresholds, Threshold.fails) {
		return ""
	}
	return cmp.Or(nothings[r.Verdict], phrase.IssueNothingElse)
}

// legend says which words of a report stand for others, to be put there by who repeats it.
func (i *issue) legend(text string) string {
	var used []string
	for _, word := range placeholders {
		if regexp.MustCompile(`\b` + word + `\b`).MatchString(text) {
			used = append(used, codeSpan(word))
		}
	}
	if len(used) == 0 {
		return ""
	}
	return i.safeAround(i.say(phrase.IssuePlaceholders, "\x00"), i.Book.List(used)) + "\n\n"
}

// safeAround is a sentence of ours with Markdown of ours where it has a mark.
func (i *issue) safeAround(sentence, within string) string {
	before, after, _ := strings.Cut(sentence, "\x00")
	return proseAfter(before, false) + within + proseAfter(after, true)
}

// issue is the report while it is written. Nothing comes into it but through its own methods, which hide and escape.
type issue struct {
	*page
	mask  *masker
	story IssueStory
	text  strings.Builder
}

// safe is a text with nothing of its maker's in it, escaped for Markdown.
func (i *issue) safe(s string) string {
	s = fit(i.mask.text(wordsOf(clean(s))), markdownLine)
	var b strings.Builder
	last := 0
	for _, at := range address.FindAllStringIndex(s, -1) { // in the type of code, to be copied
		b.WriteString(proseAfter(s[last:at[0]], last > 0))
		b.WriteString(codeSpan(s[at[0]:at[1]]))
		last = at[1]
	}
	b.WriteString(proseAfter(s[last:], last > 0))
	return b.String()
}

// proseAfter is prose with the blanks around it, which may be between other things.
func proseAfter(s string, within bool) string {
	text := strings.TrimSpace(s)
	lead, trail := s[:len(s)-len(strings.TrimLeft(s, " "))], s[len(strings.TrimRight(s, " ")):]
	switch {
	case text == "":
		return s
	case within && text[0] == '.' && len(text) == 1: // the end of a sentence
		return s
	}
	return lead + prose(text, markdownLine) + trail
}

// address is one of a stream, with no mark in it that means anything in a table or ends a span of code.
var address = regexp.MustCompile(`(?i)\b(?:rtmps?|https?)://[\w./:%?=&+*@~{}\[\]-]*[\w/*}\]]`)

func (i *issue) title(id phrase.ID, args ...any) {
	i.text.WriteString("### " + i.safe(i.say(id, args...)) + "\n\n")
}

func (i *issue) para(s string) { i.text.WriteString(i.safe(s) + "\n\n") }

func (i *issue) item(mark, s string) { i.text.WriteString(mark + " " + i.safe(s) + "\n") }

// fence writes lines of code, of a shell those of a command.
func (i *issue) fence(language string, lines []string) { i.fenced(language, lines, issueLine) }

func (i *issue) fenced(language string, lines []string, columns int) {
	var out []string
	for _, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		out = append(out, indent+fit(i.mask.text(wordsOf(clean(line))), columns))
	}
	i.text.WriteString(fence(language, out) + "\n")
}

// head is the title and what happened.
func (i *issue) head() {
	told := i.r.Sentence(i.Book)
	name := i.r.Target.Profile
	if name == "" {
		name = i.say(phrase.TableNoTarget)
	}
	server := strings.TrimSpace(name + " " + i.r.Target.Version)
	i.text.WriteString("## " + i.safe(fit(i.say(phrase.IssueTitle, server, strings.TrimRight(told, ".。")), issueTitle)) + "\n\n")
	i.title(phrase.IssueWhat)
	i.para(told)
	i.para(i.say(phrase.IssueServer, server, i.r.Tool.Version, i.r.Tool.OS+"/"+i.r.Tool.Arch))
}

// lefts is how a publisher left, for somebody who is to do it by hand.
var lefts = map[string]phrase.ID{
	"unpublish": phrase.IssueLeftUnpublish,
	"fin":       phrase.IssueLeftFin,
	"rst":       phrase.IssueLeftRst,
	"cut":       phrase.IssueLeftCut,
	"vanish":    phrase.IssueLeftVanish,
	"halfclose": phrase.IssueLeftHalfclose,
}

// steps is how to see it again.
func (i *issue) steps(f Finding, c Case, found bool) {
	i.title(phrase.IssueSteps)
	steps := i.byHand(f, c, found)
	if len(steps) > 0 {
		i.para(i.say(phrase.IssueByHand))
		for n, step := range steps {
			i.item(strconv.Itoa(n+1)+".", step)
		}
		i.text.WriteString("\n")
	}
	if found && !i.r.steady() {
		i.recipes(f, c)
	}
	if i.r.Repro == "" {
		return
	}
	by := phrase.IssueTool
	if len(steps) > 0 {
		by = phrase.IssueByTool
	}
	i.para(i.say(by))
	i.shell(i.repro())
	if name, shorter := i.shorter(); name != "" {
		i.para(i.say(phrase.IssueShorter))
		i.shell(shorter)
	}
}

// recipes is the script that shows a case, folded, and how its server is started, or why there is no script.
func (i *issue) recipes(f Finding, c Case) {
	kind, why := i.recipe(f, c)
	if why != "" {
		i.para(i.say(phrase.IssueNoScript, i.say(why)))
		return
	}
	script := i.script(kind, f, c)
	if len(script) == 0 {
		return
	}
	i.text.WriteString("<details><summary>" + i.safe(i.say(phrase.IssueScriptDoc)) + "</summary>\n\n")
	if start := i.started(); len(start) > 0 {
		i.para(i.say(phrase.IssueStart))
		i.text.WriteString(fence("sh", start) + "\n")
	}
	bound := roundsOf[kind]
	i.para(i.say(phrase.IssueScript, strconv.Itoa(bound.most), setting(time.Duration(bound.most)*bound.each)))
	switch {
	case kind == byReturn:
		i.para(i.say(phrase.IssueWindow))
	case f.Code == string(check.MixedMedia):
		i.para(i.say(phrase.IssueStops))
	}
	i.text.WriteString(fence("bash", script) + "\n</details>\n\n")
}

// shell writes a command line whole, over as many lines as it takes. One that nobody reads is folded, and one that leaves no room for
// the rest is said to be left out.
func (i *issue) shell(line string) {
	lines := command(line, issueCommand)
	for n := range lines {
		lines[n] = strings.TrimPrefix(lines[n], "  ")
	}
	switch {
	case len(line) > commandFits:
		i.para(i.say(phrase.IssueCommandLong, count(int64(len(line)))))
		return
	case len(lines) > commandShown:
		i.text.WriteString("<details><summary>" + i.safe(i.say(phrase.IssueCommandLines, count(int64(len(lines))))) + "</summary>\n\n" +
			fence("sh", lines) + "\n</details>\n\n")
		return
	}
	i.text.WriteString(fence("sh", lines) + "\n")
}

// byHand is what happened on the wire before the first case, as steps.
func (i *issue) byHand(f Finding, c Case, found bool) []string {
	stream := func(url string) string { return i.address(url, c) }
	if i.r.steady() {
		who, lasted := i.loaded()
		return []string{i.say(phrase.IssueStepPublish, stream(i.r.Target.PublishURL)), i.say(phrase.IssueStepLoad, who, lasted)}
	}
	if !found || i.r.Target.PublishURL == "" {
		return nil
	}
	s := i.story
	out := []string{i.say(phrase.IssueStepPublish, stream(i.r.Target.PublishURL))}
	switch {
	case s.Players > 0:
		out = append(out, i.say(phrase.IssueStepPlay, i.many(phrase.OnePlayer, phrase.ManyPlayers, int64(s.Players)), stream(i.r.Target.PlayURL)))
	case i.r.Play.Players > 0:
		out = append(out, i.say(phrase.IssueStepPlayers, stream(i.r.Target.PlayURL)))
	}
	if f.Code == string(check.DoublePublish) || s.Contender && f.Code == string(check.MixedMedia) {
		out = append(out, i.say(phrase.IssueStepContend))
		return append(out, i.watch(c))
	}
	how, known := lefts[s.Left]
	if !known {
		how = phrase.IssueLeftAny
	}
	after := "0.5 s"
	if s.Live > 0 {
		after = took(s.Live)
	}
	out = append(out, i.say(phrase.IssueStepLeave, after, i.say(how)))
	on := phrase.IssueStepFresh
	if s.Armed {
		on = phrase.IssueStepArmed
	}
	switch {
	case !s.Returned:
		out = append(out, i.say(phrase.IssueStepReturnAny))
	case s.Gap < atOnce:
		out = append(out, i.say(phrase.IssueStepAtOnce, took(s.Gap), i.say(on)))
	default:
		out = append(out, i.say(phrase.IssueStepReturn, took(s.Gap), i.say(on)))
	}
	out = append(out, i.watch(c))
	if len(f.Keys) > 0 {
		out = append(out, i.say(phrase.IssueStepRepeat, i.keysSubject(cause{Finding: f})))
	}
	return out
}

// logSign is what a line of a log can be found by: a code with its name.
var logSign = regexp.MustCompile(`\bcode=\d+(?:\(\w+\))?`)

// watch says what to look at, and by what it is known in the server's log.
func (i *issue) watch(c Case) string {
	if sign := logSign.FindString(c.Log); sign != "" {
		return i.say(phrase.IssueStepWatchLog, sign)
	}
	return i.say(phrase.IssueStepWatch)
}

// address is that of the stream of a case.
func (i *issue) address(url string, c Case) string {
	key := cmp.Or(c.Key, i.story.Key)
	if key == "" && len(i.r.Keys) > 0 {
		key = i.r.Keys[0].Key.Key
	}
	if at := strings.LastIndexByte(key, '/'); at >= 0 {
		key = key[at+1:]
	}
	return strings.ReplaceAll(url, "{stream}", cmp.Or(key, "s0"))
}

// atOnce is how soon a return is one that nobody would call a wait.
const atOnce = 10 * time.Millisecond

// verdicts are what was expected, and what came instead.
func (i *issue) verdicts(causes []Finding) {
	var exceeded []string
	for _, t := range i.r.Thresholds {
		if t.fails() {
			exceeded = append(exceeded, i.say(phrase.IssueExpectThreshold, clean(t.Expr)))
		}
	}
	i.title(phrase.IssueExpected)
	said := exceeded
	for _, f := range slices.Backward(causes) {
		if e := i.expected(check.Code(f.Code)); !slices.Contains(said, e) {
			said = slices.Insert(said, 0, e)
		}
	}
	for _, e := range said {
		i.para(e)
	}
	i.title(phrase.IssueActual)
	for _, f := range causes {
		i.para(i.gist(f))
	}
	for _, t := range i.r.Thresholds {
		if t.fails() {
			i.para(i.valued(cmp.Or(t.Text, t.Expr)))
		}
	}
}

// expected is what a server is expected to do where a code was found.
func (i *issue) expected(code check.Code) string {
	switch code {
	case check.DuplicatedPattern, check.Disposing, check.StuckBusy, check.UnexplainedRefusal, check.SlowRelease, check.StreamBusy:
		return i.say(phrase.IssueExpectReturn, setting(cmp.Or(i.r.Judge.Grace.Duration(), time.Second)))
	case check.DoublePublish:
		return i.say(phrase.IssueExpectOne)
	case check.MixedMedia, check.StaleMedia, check.MediaLoss, check.MediaDuplicate, check.MediaReorder, check.MediaCorrupt, check.FLVInvalid, check.PlayPolicy:
		return i.say(phrase.IssueExpectMedia)
	case check.PlayerStarved, check.PlayerRefused:
		return i.say(phrase.IssueExpectPlay)
	case check.Leak:
		return i.say(phrase.IssueExpectFree)
	}
	return i.say(phrase.IssueExpectLife)
}

// often says of how many it happened to, and for how long a key could not be used.
func (i *issue) often(causes []Finding, c Case) {
	i.title(phrase.IssueOften)
	for _, f := range causes {
		text := i.facts(f)
		if n, of := i.keysOf(cause{Finding: f}); n > 0 {
			text = i.say(phrase.IssueOftenKeys, i.many(phrase.OneTime, phrase.ManyTimes, f.Count), count(n), count(of), moment(Millis(f.FirstAt).Duration()))
		}
		if len(causes) > 1 {
			text = i.say(phrase.IssueTitle, clean(f.Code), text)
		}
		i.item("-", text)
	}
	f := causes[0]
	if returns := i.r.Returns; returns.Refused > 0 {
		i.item("-", i.say(phrase.IssueOftenReturns, count(returns.Refused), count(returns.Decided())))
	}
	most, good := time.Duration(0), false
	for _, g := range append([]Finding{f}, effectsOf(f, i.r.Findings)...) {
		if late, ok := latest(g); ok {
			most = max(most, late)
		}
		good = good || g.ForGood
	}
	switch {
	case good && most > 0:
		i.item("-", i.say(phrase.IssueUnusableLast, took(most)))
	case most > 0:
		i.item("-", i.say(phrase.IssueUnusable, took(most)))
	case i.story.Back > 0 && ofReturn(f.Code) && c.Key != "":
		i.item("-", i.say(phrase.IssueBack, took(i.story.Back)))
	}
	i.text.WriteString("\n")
}

// also names the other causes: each deserves a report of its own.
func (i *issue) also(causes []Finding) {
	var others []Finding
	for _, g := range i.r.Findings {
		if g.Root && g.fails() && !slices.ContainsFunc(causes, func(f Finding) bool { return f.ID == g.ID }) {
			others = append(others, g)
		}
	}
	if len(others) == 0 {
		return
	}
	i.title(phrase.IssueAlso)
	for _, g := range others[:min(len(others), issueAlso)] {
		i.item("-", i.gist(g))
	}
	if more := len(others) - issueAlso; more > 0 {
		i.item("-", i.say(phrase.IssueLeftOut, count(int64(more))))
	}
	i.text.WriteString("\n")
}

// around is where the run was made, folded.
func (i *issue) around() {
	r := i.r
	i.text.WriteString("<details><summary>" + i.safe(i.say(phrase.IssueAround)) + "</summary>\n\n")
	i.text.WriteString("| | |\n|:--|:--|\n")
	row := func(name phrase.ID, text string) {
		if strings.TrimSpace(text) != "" {
			i.text.WriteString("| " + i.safe(i.say(name)) + " | " + i.safe(text) + " |\n")
		}
	}
	row(phrase.IssueRowServer, strings.TrimSpace(r.Target.Profile+" "+r.Target.Version))
	row(phrase.IssueRowTool, r.Tool.Version)
	row(phrase.IssueRowSystem, i.say(phrase.IssueRowSystemIs, r.Tool.OS, r.Tool.Arch, strconv.Itoa(r.Tool.CPUs)))
	row(phrase.IssueRowPublish, r.Target.PublishURL)
	row(phrase.IssueRowPlay, r.Target.PlayURL)
	if !r.Started.IsZero() {
		row(phrase.IssueRowWhen, i.Book.Clauses(r.Started.UTC().Format("2006-01-02 15:04 UTC"), took(r.Duration.Duration())))
	}
	row(phrase.IssueRowSeed, strconv.FormatInt(r.Seed, 10))
	if j := r.Judge; j.Grace > 0 && j.StuckAfter > 0 {
		row(phrase.IssueRowMeasures, i.say(phrase.TableMeasures, setting(j.Grace.Duration()), setting(j.StuckAfter.Duration())))
	}
	if r.Publish.Attempts > 0 {
		row(phrase.IssueRowAttempts, i.say(phrase.IssueRowTried, count(r.Publish.Attempts), count(r.Publish.Accepted)))
	}
	i.text.WriteString("\n" + i.safe(i.say(phrase.IssueMasked)) + "\n\n</details>\n")
}
