package probe

import (
	"cmp"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Severity says how bad a finding is: only errors change the exit status.
type Severity string

const (
	Error Severity = "error"
	Warn  Severity = "warn"
	Note  Severity = "note"
)

// Codes beside those of a run's findings.
const (
	noKeyframe   check.Code = "no-keyframe"
	endedEarly   check.Code = "ended-early"
	stalled      check.Code = "stall"
	timeJump     check.Code = "time-jump"
	apart        check.Code = "audio-video-apart"
	drifts       check.Code = "clock-drift"
	trackMissing check.Code = "track-missing"
	headerFlags  check.Code = "header-flags"
	claimsDiffer check.Code = "metadata-differs"
	badClaims    check.Code = "metadata-unreadable"
	longGOP      check.Code = "long-gop"
	oddType      check.Code = "content-type"
	noCORS       check.Code = "no-cors"
	oldHEVC      check.Code = "hevc-codec-id"
	unknownCodec check.Code = "unknown-codec"
	badSetup     check.Code = "bad-configuration"
	newSetup     check.Code = "configuration-changes"
	noStream     check.Code = "no-stream"
	limited      check.Code = "limit"
	rareProfile  check.Code = "rare-profile"
	noStamps     check.Code = "no-stamps"
)

// fault is a kind of finding.
type fault struct {
	code       check.Code
	severity   Severity
	text, hint phrase.ID
	about      string // tells several of one kind apart
}

// of is the same kind of finding, told apart by what it is about.
func (f fault) of(what string) fault {
	f.about = what
	return f
}

// The kinds of findings, the gravest first.
var (
	faultNoStream   = fault{code: noStream, severity: Error, text: phrase.ProbeNoStream, hint: phrase.ProbeNoStreamHint}
	faultRefused    = fault{code: noStream, severity: Error, text: phrase.ProbeRefused}
	faultEmpty      = fault{code: noStream, severity: Error, text: phrase.ProbeEmpty, hint: phrase.ProbeNoStreamHint}
	faultNotFLV     = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeNotFLV, hint: phrase.ProbeNotFLVHint}
	faultNoSequence = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeNoSequence, hint: phrase.ProbeNoSequenceHint}
	faultNoKey      = fault{code: noKeyframe, severity: Error, text: phrase.ProbeNoKeyframe, hint: phrase.ProbeNoKeyframeHint}
	faultNotKey     = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeNotKey, hint: phrase.ProbeNotKeyHint}
	faultTimeBack   = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeTimeBack, hint: phrase.ProbeTimeBackHint}
	faultFormat     = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeFormat, hint: phrase.ProbeFormatHint}
	faultSyncLost   = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeSyncLost, hint: phrase.ProbeFormatHint}
	faultCut        = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeCut, hint: phrase.ProbeCutHint}
	faultScript     = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeScript, hint: phrase.ProbeScriptHint}
	faultSetup      = fault{code: badSetup, severity: Error, text: phrase.ProbeBadSetup, hint: phrase.ProbeBadSetupHint}
	faultCorrupt    = fault{code: check.MediaCorrupt, severity: Error, text: phrase.ProbeCorrupt, hint: phrase.ProbeCorruptHint}
	faultOtherSetup = fault{code: check.FLVInvalid, severity: Error, text: phrase.ProbeOtherSetup, hint: phrase.ProbeOtherSetupHint}
	faultLost       = fault{code: check.MediaLoss, severity: Error, text: phrase.ProbeLost, hint: phrase.ProbeLostHint}
	faultAgain      = fault{code: check.MediaDuplicate, severity: Error, text: phrase.ProbeAgain, hint: phrase.ProbeAgainHint}
	faultReorder    = fault{code: check.MediaReorder, severity: Error, text: phrase.ProbeReorder, hint: phrase.ProbeReorderHint}
	faultMixed      = fault{code: check.MixedMedia, severity: Error, text: phrase.ProbeMixed, hint: phrase.ProbeMixedHint}

	faultEnded   = fault{code: endedEarly, severity: Warn, text: phrase.ProbeEnded, hint: phrase.ProbeEndedHint}
	faultStall   = fault{code: stalled, severity: Warn, text: phrase.ProbeStall, hint: phrase.ProbeStallHint}
	faultSilent  = fault{code: stalled, severity: Warn, text: phrase.ProbeSilent, hint: phrase.ProbeStallHint}
	faultJump    = fault{code: timeJump, severity: Warn, text: phrase.ProbeJump, hint: phrase.ProbeJumpHint}
	faultApart   = fault{code: apart, severity: Warn, text: phrase.ProbeApart, hint: phrase.ProbeApartHint}
	faultDrift   = fault{code: drifts, severity: Warn, text: phrase.ProbeDrift, hint: phrase.ProbeDriftHint}
	faultMissing = fault{code: trackMissing, severity: Warn, text: phrase.ProbeMissing, hint: phrase.ProbeMissingHint}
	faultStops   = fault{code: trackMissing, severity: Warn, text: phrase.ProbeStops, hint: phrase.ProbeStopsHint}
	faultClaim   = fault{code: claimsDiffer, severity: Warn, text: phrase.ProbeClaim, hint: phrase.ProbeClaimHint}
	faultClaims  = fault{code: badClaims, severity: Warn, text: phrase.ProbeClaims, hint: phrase.ProbeClaimsHint}
	faultProfile = fault{code: rareProfile, severity: Warn, text: phrase.ProbeProfile, hint: phrase.ProbeProfileHint}
	faultUnknown = fault{code: unknownCodec, severity: Warn, text: phrase.ProbeUnknown, hint: phrase.ProbeUnknownHint}

	faultFlags    = fault{code: headerFlags, severity: Note, text: phrase.ProbeFlags, hint: phrase.ProbeFlagsHint}
	faultGOP      = fault{code: longGOP, severity: Note, text: phrase.ProbeGOP, hint: phrase.ProbeGOPHint}
	faultOpenGOP  = fault{code: longGOP, severity: Note, text: phrase.ProbeOpenGOP, hint: phrase.ProbeGOPHint}
	faultType     = fault{code: oddType, severity: Note, text: phrase.ProbeType, hint: phrase.ProbeTypeHint}
	faultNoType   = fault{code: oddType, severity: Note, text: phrase.ProbeNoType, hint: phrase.ProbeTypeHint}
	faultCORS     = fault{code: noCORS, severity: Note, text: phrase.ProbeCORS, hint: phrase.ProbeCORSHint}
	faultOldHEVC  = fault{code: oldHEVC, severity: Note, text: phrase.ProbeOldHEVC, hint: phrase.ProbeOldHEVCHint}
	faultRext     = fault{code: rareProfile, severity: Note, text: phrase.ProbeProfile, hint: phrase.ProbeProfileHint}
	faultNoStamps = fault{code: noStamps, severity: Note, text: phrase.ProbeNoStamps, hint: phrase.ProbeNoStampsHint}
	faultNewSetup = fault{code: newSetup, severity: Note, text: phrase.ProbeNewSetup, hint: phrase.ProbeNewSetupHint}
	faultRestart  = fault{code: timeJump, severity: Note, text: phrase.ProbeRestart, hint: phrase.ProbeRestartHint}
	faultLimit    = fault{code: limited, severity: Note, text: phrase.ProbeLimit, hint: phrase.ProbeLimitHint}
)

// Finding is one thing that is wrong with a stream, or worth knowing.
type Finding struct {
	Code     check.Code `json:"code"`
	Severity Severity   `json:"severity"`
	Text     string     `json:"text"`
	Hint     string     `json:"hint"`
	At       MS         `json:"at_ms"` // the first time
	Count    int64      `json:"count"`
}

// findings collects them: of each kind the first is told, the others are counted.
type findings struct {
	all  []Finding
	rank map[fault]int
}

// add takes one that happened at a time. The arguments are those of the text.
func (f *findings) add(what fault, at time.Duration, args ...any) { f.addAll(what, at, 1, args...) }

// addAll takes several at once.
func (f *findings) addAll(what fault, at time.Duration, n int64, args ...any) {
	if i, ok := f.rank[what]; ok {
		f.all[i].Count += n
		return
	}
	if f.rank == nil {
		f.rank = map[fault]int{}
	}
	f.rank[what] = len(f.all)
	f.all = append(f.all, Finding{
		Code: what.code, Severity: what.severity, At: ms(at), Count: n,
		Text: phrase.English.Say(what.text, args...), Hint: phrase.English.Say(what.hint),
	})
}

// sorted are the findings, the gravest first, then by time.
func (f *findings) sorted() []Finding {
	out := append([]Finding{}, f.all...)
	rank := map[Severity]int{Error: 0, Warn: 1, Note: 2}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank[a.Severity], rank[b.Severity]), cmp.Compare(a.At, b.At))
	})
	return out
}

// errors reports whether one of them is an error.
func (f *findings) errors() bool {
	return slices.ContainsFunc(f.all, func(x Finding) bool { return x.Severity == Error })
}
