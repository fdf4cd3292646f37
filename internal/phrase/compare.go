package phrase

// Sentences of `flvstorm compare`.

const (
	CompareShort             ID = "compare.short"
	CompareLong              ID = "compare.long"
	CompareSample            ID = "compare.sample"
	CompareTwo               ID = "compare.two"
	CompareSides             ID = "compare.sides"
	CompareRuns              ID = "compare.runs"
	CompareTwice             ID = "compare.twice"
	CompareCopy              ID = "compare.copy"
	CompareName              ID = "compare.name"
	CompareEmpty             ID = "compare.empty"
	CompareNoFolder          ID = "compare.no-folder"
	CompareNoRun             ID = "compare.no-run"
	CompareReturnsRefused    ID = "compare.returns-refused"
	CompareRecoveryP50       ID = "compare.recovery-p50"
	CompareRecoveryP99       ID = "compare.recovery-p99"
	CompareAcceptP50         ID = "compare.accept-p50"
	CompareAcceptP99         ID = "compare.accept-p99"
	CompareFirstFrameP50     ID = "compare.first-frame-p50"
	CompareFirstFrameP99     ID = "compare.first-frame-p99"
	CompareStallRate         ID = "compare.stall-rate"
	CompareServedRate        ID = "compare.served-rate"
	CompareLimit             ID = "compare.limit"
	CompareMbitIn            ID = "compare.mbit-in"
	CompareCPU               ID = "compare.cpu"
	CompareMemory            ID = "compare.memory"
	CompareDescriptors       ID = "compare.descriptors"
	CompareOneRun            ID = "compare.one-run"
	CompareOneFigure         ID = "compare.one-figure"
	CompareManyFigures       ID = "compare.many-figures"
	CompareManyRuns          ID = "compare.many-runs"
	CompareWorse             ID = "compare.worse"
	CompareBetter            ID = "compare.better"
	CompareSame              ID = "compare.same"
	CompareInconclusive      ID = "compare.inconclusive"
	CompareAgainst           ID = "compare.against"
	CompareAnd               ID = "compare.and"
	CompareMoreReasons       ID = "compare.more-reasons"
	CompareFigureBy          ID = "compare.figure-by"
	CompareNoneCounts        ID = "compare.none-counts"
	CompareFoundBarred       ID = "compare.found-barred"
	CompareAllBarred         ID = "compare.all-barred"
	CompareNew               ID = "compare.new"
	CompareNewBy             ID = "compare.new.by-chance"
	CompareMore              ID = "compare.more"
	CompareGone              ID = "compare.gone"
	CompareLess              ID = "compare.less"
	CompareNothingNew        ID = "compare.nothing-new"
	CompareUntested          ID = "compare.untested"
	CompareOtherMachine      ID = "compare.untested.machine"
	CompareNoDifference      ID = "compare.no-difference"
	CompareUpTo              ID = "compare.up-to"
	CompareNotRuledOut       ID = "compare.not-ruled-out"
	CompareComma             ID = "compare.comma"
	CompareAbout             ID = "compare.about"
	CompareAboutLeft         ID = "compare.about-left"
	CompareLeftOut           ID = "compare.left-out"
	CompareAlike             ID = "compare.alike"
	CompareDiffer            ID = "compare.differ"
	CompareBarsAll           ID = "compare.bars-all"
	CompareBarsMachine       ID = "compare.bars-machine"
	CompareBarsMost          ID = "compare.bars-most"
	CompareBarsSome          ID = "compare.bars-some"
	CompareBarsFindings      ID = "compare.bars-findings"
	CompareBarsNew           ID = "compare.bars-new"
	CompareBarsGone          ID = "compare.bars-gone"
	CompareBarsNothing       ID = "compare.bars-nothing"
	CompareFindings          ID = "compare.findings"
	CompareNoFindings        ID = "compare.no-findings"
	CompareColFinding        ID = "compare.col.finding"
	CompareMoreFindings      ID = "compare.more-findings"
	CompareOf                ID = "compare.of"
	CompareIsNew             ID = "compare.is-new"
	CompareIsGone            ID = "compare.is-gone"
	CompareIsMore            ID = "compare.is-more"
	CompareIsLess            ID = "compare.is-less"
	CompareIsSame            ID = "compare.is-same"
	CompareBecause           ID = "compare.because"
	CompareIsBarred          ID = "compare.is-barred"
	CompareIsExcused         ID = "compare.is-excused"
	CompareIsChance          ID = "compare.is-chance"
	CompareMayBe             ID = "compare.may-be"
	CompareFigures           ID = "compare.figures"
	CompareNoFigures         ID = "compare.no-figures"
	CompareFew               ID = "compare.few"
	ComparePlan              ID = "compare.plan"
	CompareMachine           ID = "compare.machine"
	CompareSurvivors         ID = "compare.survivors"
	ComparePlanLong          ID = "compare.plan-long"
	CompareMachineLong       ID = "compare.machine-long"
	CompareSurvivorsLong     ID = "compare.survivors-long"
	CompareHow               ID = "compare.how"
	CompareMake              ID = "compare.make"
	CompareMakeSample        ID = "compare.make-sample"
	CompareApart             ID = "compare.apart"
	CompareTitle             ID = "compare.title"
	CompareHeading           ID = "compare.heading"
	CompareRunsTitle         ID = "compare.runs-title"
	CompareColSide           ID = "compare.col.side"
	CompareColRun            ID = "compare.col.run"
	CompareColVerdict        ID = "compare.col.verdict"
	CompareColSeed           ID = "compare.col.seed"
	CompareColFound          ID = "compare.col.found"
	CompareColFigure         ID = "compare.col.figure"
	CompareColDots           ID = "compare.col.dots"
	CompareSpreads           ID = "compare.spreads"
	CompareSpreadsSays       ID = "compare.spreads.says"
	CompareSpreadRecovery    ID = "compare.spread.recovery"
	CompareSpreadAccept      ID = "compare.spread.accept"
	CompareSpreadFrame       ID = "compare.spread.first-frame"
	CompareOtherKind         ID = "compare.other-kind"
	CompareSameName          ID = "compare.same-name"
	CompareNewFew            ID = "compare.new.few"
	CompareIsNewFew          ID = "compare.is-new-few"
	CompareIsWorse           ID = "compare.is-worse"
	CompareIsBetter          ID = "compare.is-better"
	CompareButBetter         ID = "compare.but-better"
	CompareShowsMore         ID = "compare.shows-more"
	CompareShowsNew          ID = "compare.shows-new"
	CompareShowsFew          ID = "compare.shows-few"
	CompareShowsOften        ID = "compare.shows-often"
	CompareShowsLess         ID = "compare.shows-less"
	CompareSheds             ID = "compare.sheds"
	CompareOnlyRun           ID = "compare.only-run"
	CompareAllRuns           ID = "compare.all-runs"
	CompareSomeRuns          ID = "compare.some-runs"
	CompareRefusesMore       ID = "compare.refuses-more"
	CompareRefusesFewer      ID = "compare.refuses-fewer"
	CompareIsUp              ID = "compare.is-up"
	CompareIsDown            ID = "compare.is-down"
	CompareBoth              ID = "compare.both"
	CompareThen              ID = "compare.then"
	CompareMoreNames         ID = "compare.more-names"
	CompareAlsoDiffer        ID = "compare.also-differ"
	CompareBarsCodes         ID = "compare.bars-codes"
	CompareRowRuns           ID = "compare.row.runs"
	CompareRowServer         ID = "compare.row.server"
	CompareRowWhen           ID = "compare.row.when"
	CompareRowTarget         ID = "compare.row.target"
	CompareRowCommand        ID = "compare.row.command"
	CompareRowFirst          ID = "compare.row.first"
	CompareRowFolder         ID = "compare.row.folder"
	CompareDownload          ID = "compare.download"
	CompareTooFew            ID = "compare.too-few"
	CompareWorseMachine      ID = "compare.worse-machine"
	CompareGoneMachine       ID = "compare.gone-machine"
	CompareOftenMachine      ID = "compare.often-machine"
	CompareGoneBarred        ID = "compare.gone-barred"
	CompareOftenBarred       ID = "compare.often-barred"
	CompareIsMachine         ID = "compare.is-machine"
	CompareNoDifferenceFound ID = "compare.no-difference-found"
	CompareUntestedFound     ID = "compare.untested-found"
	CompareReading           ID = "compare.reading"
	CompareIsServer          ID = "compare.is-server"
)

var compareText = map[ID]string{
	CompareShort: "Say which of two builds is better, or that nothing tells them apart",
	CompareLong: `Compare runs of one build with those of others. The first side is the baseline.

A side is the folder of a run (the one with history.jsonl.zst), a folder whose sub-folders are runs, or several of these between
commas; NAME= before it gives it a name. Findings are compared from the first run on; a figure can be told from noise
only where there are several runs of each side. Six of each are enough as a rule; make them in turn.

Exit status: 0 better, no difference shown, or too few runs to show one ·
1 worse · 2 bad input · 3 nothing can be said.`,
	CompareSample: `  flvstorm compare old new
  flvstorm compare 'before=runs/a1,runs/a2' after=runs/b --html comparison.html
  for i in 1 2 3 4 5 6; do
    flvstorm chaos --profile srs --exec old/objs/srs --out old/$i
    flvstorm chaos --profile srs --exec new/objs/srs --out new/$i
  done; flvstorm compare old new`,
	CompareTwo:               "compare wants two sides at least: flvstorm compare OLD NEW, each the folder of a run or a folder of runs",
	CompareSides:             "at most %[1]s sides can be compared at once, not %[2]s; runs of one build between commas are one side",
	CompareRuns:              "at most %[1]s runs can be compared at once, not %[2]s; leave some out",
	CompareTwice:             "%s is named twice: a run can't be compared with itself",
	CompareCopy:              "%[1]s is a copy of %[2]s, for both began at the same instant with the same seed: a run counts once; leave one out",
	CompareName:              "the name %[1]s is too long; use at most %[2]s letters",
	CompareEmpty:             "%q names no folder beside a comma or \"=\"; write NAME=PATH,PATH",
	CompareNoFolder:          "there is no folder %[1]s; name the folder of a run, or one whose sub-folders are runs (%[2]v)",
	CompareNoRun:             "%[1]s is not the folder of a run and has none in its sub-folders: there is no %[2]s; `--out DIR` keeps a run in DIR",
	CompareReturnsRefused:    "returns refused",
	CompareRecoveryP50:       "recovery p50",
	CompareRecoveryP99:       "recovery p99",
	CompareAcceptP50:         "publish to accepted p50",
	CompareAcceptP99:         "publish to accepted p99",
	CompareFirstFrameP50:     "first frame p50",
	CompareFirstFrameP99:     "first frame p99",
	CompareStallRate:         "time stalled",
	CompareServedRate:        "viewers served",
	CompareLimit:             "load that held",
	CompareMbitIn:            "bit rate to players",
	CompareCPU:               "server CPU",
	CompareMemory:            "server memory, peak",
	CompareDescriptors:       "descriptors left",
	CompareOneRun:            "1 run",
	CompareOneFigure:         "1 figure",
	CompareManyFigures:       "%s figures",
	CompareManyRuns:          "%s runs",
	CompareWorse:             "WORSE",
	CompareBetter:            "BETTER",
	CompareSame:              "SAME",
	CompareInconclusive:      "INCONCLUSIVE",
	CompareAgainst:           "%[1]s against %[2]s: %[3]s",
	CompareAnd:               "; ",
	CompareMoreReasons:       "and %s more",
	CompareFigureBy:          "%[1]s %[2]s (%[3]s)",
	CompareNoneCounts:        "no run of %s came to a verdict",
	CompareFoundBarred:       "%[1]s was found, but the sides differ in %[2]s, which may be why",
	CompareAllBarred:         "no figure can be compared, for the sides differ in %s",
	CompareNew:               "%[1]s is new: in %[2]s of %[3]s, was in %[4]s of %[5]s",
	CompareNewBy:             "%[1]s is new: in %[2]s of %[3]s, was in %[4]s of %[5]s (by chance 1 in %[6]s)",
	CompareMore:              "%[1]s more often: in %[2]s of %[3]s, was in %[4]s of %[5]s",
	CompareGone:              "%[1]s is gone: in %[2]s of %[3]s, was in %[4]s of %[5]s",
	CompareLess:              "%[1]s less often: in %[2]s of %[3]s, was in %[4]s of %[5]s",
	CompareNothingNew:        "nothing new was found",
	CompareUntested:          "the figures were not tested, for that takes %s\u00a0runs of each side",
	CompareOtherMachine:      "the figures are shown, not judged, for the machines differ in %s",
	CompareNoDifference:      "no difference shown in findings or in %s",
	CompareUpTo:              "%[1]s up to %[2]s worse",
	CompareNotRuledOut:       "not ruled out: %s",
	CompareComma:             ", ",
	CompareAbout:             "%[1]s (%[2]s failed)",
	CompareAboutLeft:         "%[1]s; %[2]s left out but for what was found",
	CompareLeftOut:           "%[1]s came to no verdict: %[2]s",
	CompareAlike:             "Plan, judgement and machine were the same.",
	CompareDiffer:            "What else was not alike",
	CompareBarsAll:           "no figure can be compared",
	CompareBarsMachine:       "only what is new counts",
	CompareBarsMost:          "most figures can't be compared",
	CompareBarsSome:          "can't be compared: %s",
	CompareBarsFindings:      "findings can't be compared",
	CompareBarsNew:           "a longer run finds more: new findings decide nothing",
	CompareBarsGone:          "a shorter run finds less: gone findings decide nothing",
	CompareBarsNothing:       "changes nothing",
	CompareFindings:          "Findings, and in how many runs",
	CompareNoFindings:        "No error was found in any run.",
	CompareColFinding:        "finding",
	CompareMoreFindings:      "%s more are in --json",
	CompareOf:                "%[1]s of %[2]s",
	CompareIsNew:             "new",
	CompareIsGone:            "not seen",
	CompareIsMore:            "more often",
	CompareIsLess:            "less often",
	CompareIsSame:            "in both",
	CompareBecause:           "%[1]s: %[2]s",
	CompareIsBarred:          "can't be compared",
	CompareIsExcused:         "excused",
	CompareIsChance:          "by chance 1 in %s",
	CompareMayBe:             "may be chance",
	CompareFigures:           "Figures, medians of the runs",
	CompareNoFigures:         "No run has any figure.",
	CompareFew:               "not tested",
	ComparePlan:              "differs",
	CompareMachine:           "machine",
	CompareSurvivors:         "not all back",
	ComparePlanLong:          "differs: not compared, for what differs above makes it.",
	CompareMachineLong:       "machine: shown, not judged, for the machines differ.",
	CompareSurvivorsLong:     "not all back: many returns never came back on the side that seems faster, and those that did are the quick ones.",
	CompareHow:               "± says how far off a median may be, and Δ how far the sides lie apart. A difference counts where noise alone makes one like it in fewer than 1 of 20 comparisons (p below 0.05, for all %s\u00a0tests together) and it is large enough to matter (5\u00a0%% and 1\u00a0ms).",
	CompareMake:              "Too few runs to tell a difference from noise: make at least %s of each, in turn:",
	CompareMakeSample:        "for i in %s; do flvstorm\u00a0…\u00a0--out\u00a0old/$i; flvstorm\u00a0…\u00a0--out\u00a0new/$i; done",
	CompareApart:             "All runs of one side were made before those of the other: what the machine did meanwhile looks like the build. Make them in turn.",
	CompareTitle:             "%[1]s: %[2]s",
	CompareHeading:           "%[1]s against %[2]s",
	CompareRunsTitle:         "Runs",
	CompareColSide:           "side",
	CompareColRun:            "run",
	CompareColVerdict:        "verdict",
	CompareColSeed:           "seed",
	CompareColFound:          "found",
	CompareColFigure:         "figure",
	CompareColDots:           "runs, baseline above",
	CompareSpreads:           "Distributions",
	CompareSpreadsSays:       "Which share of the times was at most so long, on a logarithmic scale. Thick: all runs of a side together; thin: each run.",
	CompareSpreadRecovery:    "Recovery: a return until it is accepted",
	CompareSpreadAccept:      "Publish to accepted",
	CompareSpreadFrame:       "First frame of a player",
	CompareOtherKind:         "different kinds of run (%s): nothing can be compared",
	CompareSameName:          "two sides are named %s; give each a name of its own",
	CompareNewFew:            "%[1]s in %[2]s of %[3]s; not seen in %[4]s of the baseline: too few to say that it is new",
	CompareIsNewFew:          "here alone; too few runs to call it new",
	CompareIsWorse:           "%[1]s is worse than %[2]s: it %[3]s",
	CompareIsBetter:          "%[1]s is better than %[2]s: it %[3]s",
	CompareButBetter:         "better: it %s",
	CompareShowsMore:         "%[1]s shows what was not seen of %[2]s: %[3]s, in %[4]s. That it is there is proven; that it is new is not, for %[2]s has only %[5]s",
	CompareShowsNew:          "shows %[1]s in %[2]s, which %[3]s never did",
	CompareShowsFew:          "shows %[1]s in %[2]s (not seen in %[4]s of %[3]s: too few to say that it is new)",
	CompareShowsOften:        "shows %[1]s in %[2]s, which %[3]s did in %[4]s",
	CompareShowsLess:         "shows %[1]s in %[2]s only, which %[3]s did in %[4]s",
	CompareSheds:             "never shows %[1]s, which %[2]s did in %[3]s",
	CompareOnlyRun:           "its only run",
	CompareAllRuns:           "all %s\u00a0runs",
	CompareSomeRuns:          "%[1]s of %[2]s\u00a0runs",
	CompareRefusesMore:       "refuses %[1]s\u00a0points more of the returns (%[2]s)",
	CompareRefusesFewer:      "refuses %[1]s\u00a0points fewer of the returns (%[2]s)",
	CompareIsUp:              "has %[1]s up by %[2]s (%[3]s)",
	CompareIsDown:            "has %[1]s down by %[2]s (%[3]s)",
	CompareBoth:              "%[1]s and %[2]s",
	CompareThen:              "%[1]s, and %[2]s",
	CompareMoreNames:         "%s\u00a0more",
	CompareAlsoDiffer:        "Also not alike, which changes nothing: %s.",
	CompareBarsCodes:         "findings that hang on it can't be compared: %s",
	CompareRowRuns:           "Runs",
	CompareRowServer:         "Server",
	CompareRowWhen:           "Made",
	CompareRowTarget:         "Target",
	CompareRowCommand:        "Command",
	CompareRowFirst:          "First command",
	CompareRowFolder:         "Folder",
	CompareDownload:          "Download JSON",
	CompareTooFew:            "TOO FEW RUNS",
	CompareWorseMachine:      "that it is so is proven, that the build makes it is not, for the machines differ in %s",
	CompareGoneMachine:       "%[1]s was not seen, but the machines differ in %[2]s, which may be why",
	CompareOftenMachine:      "%[1]s was not found as often on both, but the machines differ in %[2]s, which may be why",
	CompareGoneBarred:        "%[1]s was not seen, but the sides differ in %[2]s, which may be why",
	CompareOftenBarred:       "%[1]s was not found as often on both, but the sides differ in %[2]s, which may be why",
	CompareIsMachine:         "the machines differ",
	CompareNoDifferenceFound: "no difference shown in findings; the runs have no figures",
	CompareUntestedFound:     "that says little, for the runs have no figures, and it takes %s\u00a0runs of each side to tell how often something is found",
	CompareReading:           "reading runs: %[1]s of %[2]s (Ctrl-C ends it)",
	CompareIsServer:          "may be why, as much as the build",
}
