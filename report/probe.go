package report

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/probe"
)

// PrintProbe draws what a probe found out about one stream, for a person: the verdict, the figures, then what is wrong.
func (l Look) PrintProbe(w io.Writer, r probe.Result) error {
	p := &probePage{Look: l, r: r}
	p.headline()
	for _, row := range []struct {
		name phrase.ID
		said []string
	}{
		{phrase.ProbeRowAnswer, p.answer()},
		{phrase.ProbeRowFirst, p.first()},
		{phrase.ProbeRowVideo, p.video()},
		{phrase.ProbeRowAudio, p.audio()},
		{phrase.ProbeRowGOP, p.gop()},
		{phrase.ProbeRowStart, p.start()},
		{phrase.ProbeRowTimes, p.times()},
		{phrase.ProbeRowDelivery, p.delivery()},
		{phrase.ProbeRowMetadata, p.metadata()},
		{phrase.ProbeRowStamps, p.stamps()},
		{phrase.ProbeRowSaved, p.saved()},
	} {
		p.row(row.name, row.said)
	}
	for _, f := range r.Findings {
		p.finding(f)
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

// ProbeOutput is what the flags of output ask for.
type ProbeOutput struct {
	// JSON is the file for the document, "-" for standard output, "" for none.
	JSON string
	// NoColour is --no-color.
	NoColour bool
	// Book is the language.
	Book phrase.Book
}

// Write renders r: the page to stdout, or to stderr where the document takes stdout, so that it can be piped.
func (o ProbeOutput) Write(r probe.Result, stdout, stderr io.Writer) error {
	document := func(w io.Writer) error { return writeDocument(w, r) }
	page, failed := stdout, error(nil)
	switch o.JSON {
	case "":
	case "-":
		page, failed = stderr, document(stdout)
	default:
		if err := save(o.JSON, document); err != nil {
			failed = phrase.Errorf(phrase.JSONNotWritten, o.JSON, err)
		}
	}
	look := LookOf(page, o.NoColour)
	look.Book = o.Book
	return errors.Join(look.PrintProbe(page, r), failed)
}

// probePage is that report while it is drawn.
type probePage struct {
	Look
	r     probe.Result
	text  strings.Builder
	begun bool // a row is there
}

func (p *probePage) say(id phrase.ID, args ...any) string { return p.Book.Say(id, args...) }

// hang writes a text behind a head, wrapped, its further lines below its first.
func (p *probePage) hang(head string, indent int, colour ink, s string) {
	for i, line := range wrap(s, p.columns()-indent, 0) {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		p.text.WriteString(head + p.paint(colour, line) + "\n")
	}
}

// rowIndent is where the values begin, behind the longest name of a row.
const rowIndent = 13

// row writes one row; one with nothing to say is left out.
func (p *probePage) row(name phrase.ID, said []string) {
	var parts []string
	for _, s := range said {
		if s != "" {
			parts = append(parts, clean(s))
		}
	}
	if len(parts) == 0 {
		return
	}
	if !p.begun {
		p.begun = true
		p.text.WriteString("\n")
	}
	label := " " + p.say(name)
	head := p.paint(dim, label) + strings.Repeat(" ", max(rowIndent-width(label), 1))
	for _, line := range p.filled(parts) {
		p.text.WriteString(head + line + "\n")
		head = strings.Repeat(" ", rowIndent)
	}
}

// filled puts the parts of a row into lines. No measure is torn from its unit: a part is broken only where it has no room in a line
// of its own.
func (p *probePage) filled(parts []string) []string {
	room := p.columns() - rowIndent
	between := strings.Trim(p.Book.Clauses("-", "-"), "-")
	mark := strings.TrimSpace(between)
	blank := strings.TrimPrefix(between, mark)
	var lines []string
	line := ""
	for i, part := range parts {
		if i < len(parts)-1 {
			part += mark
		}
		if line != "" && width(line+blank+part) <= room {
			line += blank + part
			continue
		}
		switch {
		case line == "":
		case width(part) > room:
			part = line + blank + part
		default:
			lines = append(lines, line)
		}
		broken := wrap(part, room, 0)
		last := len(broken) - 1
		lines, line = append(lines, broken[:last]...), broken[last]
	}
	return append(lines, line)
}

// headline is the verdict and why, then what was looked at.
func (p *probePage) headline() {
	word, colour := p.say(phrase.ProbeWordOK), green
	switch p.r.Verdict {
	case probe.Faulty:
		word, colour = p.say(phrase.ProbeWordFaulty), redBold
	case probe.NoStream:
		word, colour = p.say(phrase.ProbeWordNone), redBold
	case probe.Interrupted:
		word, colour = p.say(phrase.ProbeWordStopped), amber
	}
	wrong, warnings := 0, 0
	for _, f := range p.r.Findings {
		switch f.Severity {
		case probe.Error:
			wrong++
		case probe.Warn:
			warnings++
		}
	}
	parts := []string{p.some(wrong, phrase.ProbeNoErrors, phrase.ProbeOneError, phrase.ProbeManyErrors)}
	switch {
	case p.r.Verdict == probe.NoStream:
		parts[0] = p.say(phrase.ProbeNothingCame)
	case p.r.Verdict == probe.Interrupted && p.r.Delivery == nil:
		parts[0] = p.say(phrase.ProbeNothingYet)
	}
	if warnings > 0 {
		parts = append(parts, p.some(warnings, phrase.ProbeNoErrors, phrase.ProbeOneWarning, phrase.ProbeManyWarnings))
	}
	indent := width(word) + 2
	p.hang(p.paint(colour, word)+"  ", indent, bold, p.say(phrase.ProbeLooked, p.Book.Clauses(parts...), took(p.r.Looked.Duration())))
	about := fitMiddle(clean(p.r.URL), p.columns()-indent)
	p.text.WriteString(strings.Repeat(" ", indent) + p.paint(dim, about) + "\n")
}

// some says a number of things.
func (p *probePage) some(n int, none, one, many phrase.ID) string {
	switch n {
	case 0:
		return p.say(none)
	case 1:
		return p.say(one)
	}
	return p.say(many, n)
}

func (p *probePage) answer() []string {
	a := p.r.Answer
	if a == nil {
		return nil
	}
	said := []string{strings.TrimSpace(strconv.Itoa(a.Status) + " " + a.Type)}
	if a.WebSocket {
		said = append(said, p.say(phrase.ProbeWebSocket))
	}
	if a.Chunked {
		said = append(said, p.say(phrase.ProbeChunked))
	}
	said = append(said, a.TLS)
	if a.Server != "" {
		said = append(said, p.say(phrase.ProbeServer, a.Server))
	}
	if a.CORS != "" {
		said = append(said, p.say(phrase.ProbeCORSIs, a.CORS))
	}
	if a.Redirects > 0 {
		said = append(said, p.some(a.Redirects, phrase.ProbeRedirectedOnce, phrase.ProbeRedirectedOnce, phrase.ProbeRedirected))
	}
	if p.r.Bytes > 0 {
		said = append(said, size(p.r.Bytes))
	}
	return said
}

func (p *probePage) first() []string {
	var said []string
	f := p.r.First
	for _, one := range []struct {
		what phrase.ID
		at   *probe.MS
	}{
		{phrase.ProbeFirstConnected, f.Connected}, {phrase.ProbeFirstAnswered, f.Answered}, {phrase.ProbeFirstByte, f.Byte},
		{phrase.ProbeFirstAudio, f.Audio}, {phrase.ProbeFirstVideo, f.Video}, {phrase.ProbeFirstKeyframe, f.Keyframe},
		{phrase.ProbeFirstPlayable, f.Playable},
	} {
		if one.at != nil {
			said = append(said, p.say(one.what)+" "+took(one.at.Duration()))
		}
	}
	return said
}

func (p *probePage) video() []string {
	v := p.r.Video
	if v == nil {
		return nil
	}
	said := []string{strings.Join(nonEmpty(string(v.Codec), v.Profile, v.Level), " ")}
	if v.FourCC != "" {
		said[0] += " (" + v.FourCC + ")"
	} else if v.Codec == "HEVC" {
		said[0] += " (" + p.say(phrase.ProbeCodecID, v.ID) + ")"
	}
	if v.Width > 0 {
		said = append(said, fmt.Sprintf("%d×%d", v.Width, v.Height))
	}
	if v.Depth > 8 {
		said = append(said, p.say(phrase.ProbeDepth, v.Depth))
	}
	if v.Chroma != "" && v.Chroma != "4:2:0" {
		said = append(said, v.Chroma)
	}
	if v.Frames == 0 {
		return append(said, p.say(phrase.ProbeNoFrames))
	}
	if v.FPS > 0 {
		said = append(said, p.say(phrase.ProbeFPS, decimal(v.FPS)))
	}
	if v.Rate > 0 && (v.FPS == 0 || v.Rate < v.FPS*0.95 || v.Rate > v.FPS*1.05) {
		said = append(said, p.say(phrase.ProbeDeclared, decimal(v.Rate)))
	}
	if v.Bitrate > 0 {
		said = append(said, bits(v.Bitrate))
	}
	if v.BFrames {
		said = append(said, p.say(phrase.ProbeBFrames, v.Ahead))
	}
	return said
}

func (p *probePage) audio() []string {
	a := p.r.Audio
	if a == nil {
		return nil
	}
	said := []string{strings.Join(nonEmpty(string(a.Codec), a.Profile), " ")}
	if a.FourCC != "" {
		said[0] += " (" + a.FourCC + ")"
	}
	if a.Rate > 0 {
		said = append(said, decimal(float64(a.Rate)/1000)+" kHz")
	}
	switch a.Channels {
	case 0:
	case 1:
		said = append(said, p.say(phrase.ProbeMono))
	case 2:
		said = append(said, p.say(phrase.ProbeStereo))
	default:
		said = append(said, p.say(phrase.ProbeChannels, a.Channels))
	}
	if a.Frames == 0 {
		return append(said, p.say(phrase.ProbeNoFrames))
	}
	if a.Bitrate > 0 {
		said = append(said, bits(a.Bitrate))
	}
	return said
}

func (p *probePage) gop() []string {
	v := p.r.Video
	if v == nil || v.GOP == nil {
		return nil
	}
	g := v.GOP
	switch {
	case g.Count == 0:
		return []string{p.say(phrase.ProbeGOPOpen, inSeconds(float64(g.Open)))}
	case g.Frames.Min == g.Frames.Max && g.Length.Max-g.Length.Min < 100:
		return []string{p.say(phrase.ProbeGOPOf, inSeconds(g.Length.Mean), decimal(g.Frames.Mean), g.Count)}
	}
	return []string{p.say(phrase.ProbeGOPRange, inSeconds(g.Length.Mean), inSeconds(g.Length.Min), inSeconds(g.Length.Max),
		decimal(g.Frames.Mean), decimal(g.Frames.Min), decimal(g.Frames.Max), g.Count)}
}

func (p *probePage) start() []string {
	s := p.r.Start
	if s == nil {
		return nil
	}
	said := []string{p.say(phrase.ProbeStartMedia, took(s.Media.Duration()), size(s.Bytes))}
	if s.Cache {
		said = append(said, p.say(phrase.ProbeStartCache))
	}
	return said
}

func (p *probePage) times() []string {
	t := p.r.Timestamps
	if t == nil {
		return nil
	}
	said := []string{p.say(phrase.ProbeTimesFrom, t.First, t.Last)}
	if t.Back+t.Ahead+t.Restarts == 0 {
		said = append(said, p.say(phrase.ProbeTimesEven))
	} else {
		said = append(said, p.say(phrase.ProbeTimesUneven, t.Back, t.Ahead, t.Restarts))
	}
	if t.Offset != nil {
		said = append(said, p.say(phrase.ProbeTimesOffset, float64(*t.Offset)))
	}
	if t.Skew != nil {
		said = append(said, p.say(phrase.ProbeTimesSkew, float64(*t.Skew)))
	}
	if t.Drift != nil {
		said = append(said, p.say(phrase.ProbeTimesDrift, *t.Drift))
	}
	return said
}

func (p *probePage) delivery() []string {
	d := p.r.Delivery
	if d == nil {
		return nil
	}
	var said []string
	if v := p.r.Video; v != nil && v.ArrivedFPS > 0 {
		said = append(said, p.say(phrase.ProbeArrived, decimal(v.ArrivedFPS)))
	}
	if j := d.Jitter; j != nil {
		said = append(said, p.say(phrase.ProbeJitter, took(j.P50.Duration()), took(j.P99.Duration()), took(j.Max.Duration())))
	}
	said = append(said, p.say(phrase.ProbeLongestGap, took(d.MaxGap.Duration())))
	switch d.Stalled {
	case 0:
		return append(said, p.say(phrase.ProbeNoStall))
	case 1:
		return append(said, p.say(phrase.ProbeStalledOnce, took(d.StalledFor.Duration())))
	}
	return append(said, p.say(phrase.ProbeStalled, d.Stalled, took(d.StalledFor.Duration())))
}

func (p *probePage) metadata() []string {
	c := p.r.Claims
	if c == nil {
		return nil
	}
	var said []string
	if c.Width > 0 && c.Height > 0 {
		said = append(said, decimal(c.Width)+"×"+decimal(c.Height))
	}
	if c.FPS > 0 {
		said = append(said, p.say(phrase.ProbeFPS, decimal(c.FPS)))
	}
	if c.VideoRate+c.AudioRate > 0 {
		said = append(said, bits((c.VideoRate+c.AudioRate)*1000))
	}
	return append(said, fitMiddle(clean(c.Encoder), 30), fitMiddle(clean(c.Server), 40))
}

func (p *probePage) stamps() []string {
	s := p.r.Stamps
	if s == nil {
		return nil
	}
	var epochs []string
	for _, e := range s.Epochs {
		epochs = append(epochs, strconv.FormatUint(uint64(e), 10))
	}
	said := []string{p.say(phrase.ProbeStampFrames, s.Frames, strings.Join(epochs, "+"))}
	if s.Verified > 0 {
		said = append(said, p.say(phrase.ProbeStampVerified, s.Verified))
	}
	if s.Lost+s.Duplicate+s.Reordered+s.Corrupt == 0 {
		said = append(said, p.say(phrase.ProbeStampNone))
	} else {
		said = append(said, p.say(phrase.ProbeStampSome, s.Lost, s.Duplicate, s.Reordered, s.Corrupt))
	}
	if l := s.Latency; l != nil {
		id := phrase.ProbeStampRelative
		if s.Absolute {
			id = phrase.ProbeStampLatency
		}
		said = append(said, p.say(id, took(l.P50.Duration()), took(l.P99.Duration()), took(l.Max.Duration())))
	}
	return said
}

func (p *probePage) saved() []string {
	if p.r.Saved == "" {
		return nil
	}
	return []string{p.say(phrase.ProbeSavedIs, clean(p.r.Saved), size(p.r.SavedBytes))}
}

// findingIndent is where the text of a finding begins.
const findingIndent = 8

// finding writes what is wrong, and what to do.
func (p *probePage) finding(f probe.Finding) {
	colour := map[probe.Severity]ink{probe.Error: redBold, probe.Warn: amber, probe.Note: cyan}[f.Severity]
	head := " " + p.say(map[probe.Severity]phrase.ID{probe.Error: phrase.ProbeIsError, probe.Warn: phrase.ProbeIsWarning, probe.Note: phrase.ProbeIsNote}[f.Severity])
	said := clean(p.Book.Again(f.Text))
	if p.r.Verdict != probe.NoStream {
		switch {
		case f.Count > 1:
			said = p.say(phrase.ProbeFound, said, p.say(phrase.ProbeFoundTimes, f.Count, unbroken(at(f.At.Duration()))))
		case f.At < p.r.Looked:
			said = p.say(phrase.ProbeFound, said, p.say(phrase.ProbeFoundAt, unbroken(at(f.At.Duration()))))
		}
	}
	p.text.WriteString("\n")
	p.hang(p.paint(colour, head)+strings.Repeat(" ", max(findingIndent-width(head), 1)), findingIndent, plainInk, p.say(phrase.CISentence, string(f.Code), said))
	if f.Hint != "" {
		p.hang(strings.Repeat(" ", findingIndent), findingIndent, dim, p.Book.Again(f.Hint))
	}
}

// nonEmpty are the texts that are not empty.
func nonEmpty(all ...string) []string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// inSeconds writes milliseconds as seconds.
func inSeconds(ms float64) string { return decimal(ms / 1000) }

// decimal writes a number with at most two digits behind the point: 25, 29.97.
func decimal(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
