package report

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/report/check"
)

// endings are how ffmpeg is made to leave as a publisher did. A killed one's connection is closed by the system, with no word to the server.
var endings = map[string]string{"unpublish": "kill -INT", "vanish": "kill -STOP"}

// leastByHand is how long a publisher is let publish by hand: ffmpeg takes a while to connect.
const (
	leastByHand = 2 * time.Second
	lastByHand  = 10 * time.Second // the last one
)

// afterwards ends what a script left running in the background.
const afterwards = "kill -KILL $(jobs -p)"

// script is the steps for a shell with ffmpeg and ffplay; nothing where they are no return, or an address has what a shell would take for its own.
func (i *issue) script(f Finding, c Case, found bool) []string {
	publish, play := i.mask.text(clean(i.address(i.r.Target.PublishURL, c))), i.mask.text(clean(i.address(i.r.Target.PlayURL, c)))
	plain := func(url string) bool { return address.FindString(url) == url }
	if !found || i.r.steady() || publish == "" || !plain(publish) {
		return nil
	}
	s := i.story
	out := []string{
		"publish() {",
		"  exec ffmpeg -v error -re -f lavfi -i testsrc2=s=640x360:r=25 -f lavfi -i sine \\",
		"    -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 50 -c:a aac \\",
		"    -f flv '" + publish + "'",
		"}",
	}
	if play != "" && plain(play) && (s.Players > 0 || i.r.Play.Players > 0) {
		out = append(out, "for i in "+upTo(min(max(s.Players, 1), playersByHand))+"; do while :; do ffplay -v error -autoexit '"+play+"'; sleep 0.2; done & done")
	}
	if f.Code == string(check.DoublePublish) || s.Contender && f.Code == string(check.MixedMedia) {
		return append(out, "publish & sleep "+sleepOf(leastByHand)+"; publish & sleep "+sleepOf(lastByHand), afterwards)
	}
	leave := cmp.Or(endings[s.Left], "kill -KILL")
	line := "for i in 1 2 3 4 5; do publish & sleep " + sleepOf(max(s.Live, leastByHand)) + "; " + leave + " $!; "
	if s.Gap >= atOnce {
		line += "sleep " + sleepOf(s.Gap) + "; "
	}
	return append(out, line+"done; publish & sleep "+sleepOf(lastByHand), afterwards)
}

// playersByHand is how many windows anybody wants to have opened.
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
