package phrase

// Sentences about how a steady load grows: stages, arrivals, the mix of players, the search for the limit.
const (
	RampStagesEmpty    ID = "ramp.stages.empty"
	RampStagesMany     ID = "ramp.stages.many"
	RampStagesSyntax   ID = "ramp.stages.syntax"
	RampStagesTime     ID = "ramp.stages.time"
	RampStagesCount    ID = "ramp.stages.count"
	RampStagesBack     ID = "ramp.stages.back"
	RampStagesThrice   ID = "ramp.stages.thrice"
	RampStagesNoEnd    ID = "ramp.stages.no-end"
	RampStagesLastJump ID = "ramp.stages.last-jump"
	RampStagesNobody   ID = "ramp.stages.nobody"

	RampArriveSyntax ID = "ramp.arrive.syntax"
	RampArriveManner ID = "ramp.arrive.manner"
	RampArriveBounds ID = "ramp.arrive.bounds"

	RampShareSyntax ID = "ramp.share.syntax"
	RampSharePart   ID = "ramp.share.part"
	RampShareRate   ID = "ramp.share.rate"
	RampShareStay   ID = "ramp.share.stay"
	RampShareSum    ID = "ramp.share.sum"

	RampStart       ID = "ramp.search.start"
	RampMax         ID = "ramp.search.max"
	RampHold        ID = "ramp.search.hold"
	RampSearchShort ID = "ramp.search.short"
)

// ramp is the English of this area.
var ramp = map[ID]string{
	RampStagesEmpty:    "--stages is empty: give times and how many are wanted then, as in --stages 0:100,30s:1000,60s:1000",
	RampStagesMany:     "--stages has %d points: give at most %d, as in --stages 0:100,30s:1000,60s:1000",
	RampStagesSyntax:   "--stages: %q is not a time and a count; write 30s:1000, as in --stages 0:100,30s:1000,60s:1000",
	RampStagesTime:     "--stages: the time of %q must be 0 to %v, as in --stages 0:100,30s:1000,60s:1000",
	RampStagesCount:    "--stages: the count of %q must be 0 to %d, as in --stages 0:100,30s:1000,60s:1000",
	RampStagesBack:     "--stages: %q goes back in time, for the point before it is at %v; times count from the beginning, as in --stages 0:100,30s:1000,60s:1000",
	RampStagesThrice:   "--stages: %q is the third point at %v; two make a jump and no more are needed, as in --stages 0:100,30s:100,30s:1000,60s:1000",
	RampStagesNoEnd:    "--stages %q is over as soon as it has begun; add a point for the end, as in --stages 0:100,30s:100",
	RampStagesLastJump: "--stages: %q jumps at the end, where nothing comes after; say until when that holds, as in --stages 0:100,30s:100,30s:1000,60s:1000",
	RampStagesNobody:   "--stages %q never wants anybody; as in --stages 0:100,30s:1000,60s:1000",

	RampArriveSyntax: "--arrive %q: must be how many come in a second (s), minute (m) or hour (h), as in --arrive 50/s",
	RampArriveManner: "--arrive %q: they come even or poisson, not %q, as in --arrive 50/s:even",
	RampArriveBounds: "--arrive %q: must be 1/h to %d/s, as in --arrive 50/s; leave it out to have all come at once",

	RampShareSyntax: "%[1]s %[2]q: must look like %[1]s %[3]s",
	RampSharePart:   "%[1]s %[2]q: the share must be above 0%% and at most 100%%, as in %[1]s %[3]s",
	RampShareRate:   "%[1]s %[2]q: the rate must be 1k to 1G bits a second, as in %[1]s %[3]s",
	RampShareStay:   "%[1]s %[2]q: the time that each stays must be %[3]v to %[4]v, as in %[1]s %[5]s",
	RampShareSum:    "--slow, --churn and --idle make %g %% of the players together: ask for at most 100 %%",

	RampStart:       "--start %d: the first load of the search must be 1 to --max (%d)",
	RampMax:         "--max %d: the largest load of the search must be 1 to %d",
	RampHold:        "--hold %v: each load of the search can be measured for %v to %v",
	RampSearchShort: "--duration %v is too short to try one load with --hold %v, which takes %v; give --duration %v or more, or none to search to the end",
}
