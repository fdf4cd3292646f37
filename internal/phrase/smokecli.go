package phrase

// Sentences of `flvstorm smoke`: its help, and what can be wrong with its flags.
const (
	SmokeShort  ID = "smoke.short"
	SmokeLong   ID = "smoke.long"
	SmokeSample ID = "smoke.sample"

	SmokeOnly   ID = "smoke.only"
	SmokeSkip   ID = "smoke.skip"
	SmokeRepeat ID = "smoke.repeat"
	SmokeList   ID = "smoke.list"

	SmokeRepeatBad ID = "smoke.repeat-bad"
	SmokeNoFile    ID = "smoke.no-file"
)

// smokeCLI is the English of this area.
var smokeCLI = map[ID]string{
	SmokeShort: "The short, ordered suite for CI: what breaks servers, case by case",
	SmokeLong: `Goes through a suite of cases in under 90 s: publish and play; a return after each kind of departure, at five gaps, before
no, one and eight viewers; twenty streams dropped together; late viewers, viewers that never read, contenders, another
codec, sound or picture alone; and whether at the end everything is free again. Each case has streams of its own and is
judged by itself. A server that --exec started and that died is started again for the next case.

Exit status: 0 pass, 1 findings, 2 bad usage, 3 inconclusive or could not run, 130 interrupted.`,
	SmokeSample: `  flvstorm smoke --profile srs --exec './objs/srs -e' --junit smoke.xml
  flvstorm smoke --publish-url rtmp://127.0.0.1:1935/live/{stream} --play-url http://127.0.0.1:8080/live/{stream}.flv --log srs.log
  flvstorm smoke --self-test --only 'return-*'
  flvstorm smoke --list`,

	SmokeOnly:   "make only these cases: names, or beginnings with a *, with commas between",
	SmokeSkip:   "leave these cases out",
	SmokeRepeat: "go through the suite this many times",
	SmokeList:   "list the cases and end",

	SmokeRepeatBad: "--repeat %d: must be between 1 and %d",
	SmokeNoFile:    "--streams-file: the cases of the suite name streams as they need them; give --publish-url and --play-url with {stream}",
}
