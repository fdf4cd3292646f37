package page

import (
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
)

// todo is what to do about a failure: a sentence or two for each of its first causes, and the command that writes a report of it.
type todo struct {
	Steps   []step
	Command string // empty where the run was not kept
}

// step is what to do about one code.
type step struct {
	Code, Card string
	Says       text
}

// mostAdvice is of how many causes it is said what to do.
const mostAdvice = 2

// advice is what usually causes what was found, and what to look at next.
var advice = map[check.Code]phrase.ID{
	check.DuplicatedPattern: phrase.PageDoDuplicated, check.StuckBusy: phrase.PageDoStuck, check.SlowRelease: phrase.PageDoSlow,
	check.StreamBusy: phrase.PageDoBusy, check.Disposing: phrase.PageDoDisposing, check.UnexplainedRefusal: phrase.PageDoUnexplained,
	check.DoublePublish: phrase.PageDoDouble, check.MixedMedia: phrase.PageDoMixed, check.StaleMedia: phrase.PageDoStale,
	check.FLVInvalid: phrase.PageDoInvalid, check.MediaCorrupt: phrase.PageDoCorrupt, check.MediaLoss: phrase.PageDoLoss,
	check.MediaDuplicate: phrase.PageDoTwice, check.MediaReorder: phrase.PageDoReorder, check.PlayPolicy: phrase.PageDoPolicy,
	check.PlayerStarved: phrase.PageDoStarved, check.PlayerRefused: phrase.PageDoRefused, check.ServerCrashed: phrase.PageDoCrashed,
	check.ServerHung: phrase.PageDoHung, check.ServerRestarted: phrase.PageDoRestarted, check.Sanitizer: phrase.PageDoSanitizer,
	check.Leak: phrase.PageDoLeak,
}

// todo is empty of a run that did not fail.
func (r Report) todo(found []report.Told) todo {
	var out todo
	if r.English.Verdict != check.Fail {
		return out
	}
	var told []string
	for _, rank := range []string{"cause", "effect"} { // a consequence fails the run by itself where its cause was excused
		for _, f := range found {
			id, known := advice[check.Code(f.Finding.Code)]
			if f.Rank != rank || !known || rank == "effect" && len(told) > 0 || len(told) == mostAdvice || slices.Contains(told, f.Finding.Code) {
				continue
			}
			told = append(told, f.Finding.Code)
			out.Steps = append(out.Steps, step{f.Finding.Code, "finding-" + slug(f.Finding.ID), both(id)})
		}
	}
	if run := report.Clean(r.English.Run); run != "" && len(out.Steps) > 0 {
		out.Command = "flvstorm report " + word(run) + " --format issue"
	}
	return out
}

// word is a word of a shell's command line.
func word(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/:@%+=,-") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
