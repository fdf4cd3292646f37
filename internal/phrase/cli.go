package phrase

// Sentences of the command line: help, and what can be wrong with it.
const (
	CLIRoot        ID = "cli.root"
	CLIRootLong    ID = "cli.root.long"
	CLIFlag        ID = "cli.flag"
	CLIFlagUnknown ID = "cli.flag.unknown"
	CLIFlagBare    ID = "cli.flag.bare"
	CLIFlagValue   ID = "cli.flag.value"
	CLINoCommand   ID = "cli.no-command"
	CLICommandNear ID = "cli.no-command.near"
	CLIFlagNear    ID = "cli.flag.near"
	CLIChaos       ID = "cli.chaos"
	CLIChaosLong   ID = "cli.chaos.long"
	CLIChaosSample ID = "cli.chaos.sample"
	CLIDemo        ID = "cli.demo"
	CLIDemoLong    ID = "cli.demo.long"
	CLINoArgs      ID = "cli.no-args"

	CLILang           ID = "cli.lang"
	CLILangBad        ID = "cli.lang.bad"
	CLIUsage          ID = "cli.usage"
	CLIUseFlags       ID = "cli.usage.flags-word"
	CLIUsageLine      ID = "cli.usage.line"
	CLIExamples       ID = "cli.usage.examples"
	CLICommands       ID = "cli.usage.commands"
	CLIFlags          ID = "cli.usage.flags"
	CLIMoreHelp       ID = "cli.usage.more"
	CLIHelpFor        ID = "cli.usage.help"
	CLIVersionOf      ID = "cli.usage.version"
	CLIHelp           ID = "cli.usage.help-command"
	CLIDefault        ID = "cli.usage.default"
	CLIHTML           ID = "cli.html"
	CLIOfRun          ID = "cli.of-run"
	CLIHTMLFile       ID = "cli.html.file"
	CLIHTMLNotWritten ID = "cli.html.not-written"
	CLIFormat         ID = "cli.format"
	CLIFormatBad      ID = "cli.format.bad"
	CLIFormatOne      ID = "cli.format.one"

	CLIPublishURL ID = "cli.publish-url"
	CLIPlayURL    ID = "cli.play-url"
	CLIProfile    ID = "cli.profile"
	CLILog        ID = "cli.log"
	CLIBug        ID = "cli.bug"
	CLIStreams    ID = "cli.streams"
	CLIPlayers    ID = "cli.players"
	CLIWitnesses  ID = "cli.witnesses"
	CLIDuration   ID = "cli.duration"
	CLILive       ID = "cli.live"
	CLIGap        ID = "cli.gap"
	CLILeave      ID = "cli.leave"
	CLIContenders ID = "cli.contenders"
	CLIArmed      ID = "cli.armed"
	CLISeed       ID = "cli.seed"
	CLIBitrate    ID = "cli.bitrate"
	CLIFPS        ID = "cli.fps"
	CLIGOP        ID = "cli.gop"
	CLIMedia      ID = "cli.media"
	CLIPrefix     ID = "cli.prefix"
	CLIGrace      ID = "cli.grace"
	CLIStuckAfter ID = "cli.stuck-after"
	CLIAllow      ID = "cli.allow"
	CLIFailFast   ID = "cli.fail-fast"
	CLIOut        ID = "cli.out"
	CLIJSON       ID = "cli.json"
	CLIQuiet      ID = "cli.quiet"
	CLINoColor    ID = "cli.no-color"

	CLIStreamsFile ID = "cli.streams-file"
	CLIExec        ID = "cli.exec"
	CLIExecDir     ID = "cli.exec-dir"
	CLIExecEnv     ID = "cli.exec-env"
	CLIExecStop    ID = "cli.exec-stop"
	CLIReady       ID = "cli.ready-timeout"
	CLILogCmd      ID = "cli.log-cmd"
	CLIAPI         ID = "cli.api"
	CLIPID         ID = "cli.pid"
	CLICACert      ID = "cli.cacert"
	CLIInsecure    ID = "cli.insecure"
	CLIConnectTo   ID = "cli.connect-to"
	CLIHeader      ID = "cli.header"
	CLISelfTest    ID = "cli.self-test"
	CLIDryRun      ID = "cli.dry-run"
	CLITimeScale   ID = "cli.time-scale"
	CLIFailOnly    ID = "cli.fail-only"
	CLIBaseline    ID = "cli.baseline"
	CLIBisect      ID = "cli.bisect"
	CLIJUnit       ID = "cli.junit"

	CLIWantsFactor   ID = "cli.wants.factor"
	CLIWantsNumber   ID = "cli.wants.number"
	CLIWantsDuration ID = "cli.wants.duration"
	CLIWantsBool     ID = "cli.wants.bool"

	CLIHalfTarget   ID = "cli.half-target"
	CLILookFirst    ID = "cli.look-first"
	CLINoPlayers    ID = "cli.no-players"
	CLILogMissing   ID = "cli.log-missing"
	CLIBugElsewhere ID = "cli.bug-elsewhere"
	CLILogEmbedded  ID = "cli.log-embedded"
	CLIProfileOwn   ID = "cli.profile-own"
	CLIProfileEmbed ID = "cli.profile-embedded"
	CLIOneName      ID = "cli.one-name"
	CLIWitnessesBad ID = "cli.witnesses-bad"
	CLIBitrateBad   ID = "cli.bitrate-bad"
	CLIAllowUnknown ID = "cli.allow-unknown"
	CLINoProgram    ID = "cli.no-program"
	CLINoCache      ID = "cli.no-cache"
	CLINotWritten   ID = "cli.not-written"
	CLIInterrupted  ID = "cli.interrupted"
	CLIGreet        ID = "cli.greet"
	CLIOutTaken     ID = "cli.out-taken"
	CLIOutBad       ID = "cli.out-bad"

	CLISelfTestOther   ID = "cli.self-test-other"
	CLITargetNeeded    ID = "cli.target-needed"
	CLIExecNeeded      ID = "cli.exec-needed"
	CLIExecURLs        ID = "cli.exec-urls"
	CLIExecEnvBad      ID = "cli.exec-env-bad"
	CLIReadyBad        ID = "cli.ready-bad"
	CLIProfileOther    ID = "cli.profile-other"
	CLIPIDExec         ID = "cli.pid-exec"
	CLIPIDGone         ID = "cli.pid-gone"
	CLIPIDDeaf         ID = "cli.pid-deaf"
	CLIListedLook      ID = "cli.listed-look"
	CLINotStopped      ID = "cli.not-stopped"
	CLITwoLogs         ID = "cli.two-logs"
	CLIAPIBad          ID = "cli.api-bad"
	CLINoAPI           ID = "cli.no-api"
	CLIStreamsListed   ID = "cli.streams-listed"
	CLIStreamsOwn      ID = "cli.streams-own"
	CLIMediaOwn        ID = "cli.media-own"
	CLITimeScaleBad    ID = "cli.time-scale-bad"
	CLIFailOnlyUnknown ID = "cli.fail-only-unknown"
	CLISameFile        ID = "cli.same-file"
	CLIEmptyFlag       ID = "cli.empty-flag"
	CLINoTargetCI      ID = "cli.no-target-ci"

	CLIDryEmbedded ID = "cli.dry.embedded"
	CLIDryExec     ID = "cli.dry.exec"
	CLIDryPicked   ID = "cli.dry.picked"
	CLIDryPublish  ID = "cli.dry.publish"
	CLIDryPlay     ID = "cli.dry.play"
	CLIDryMore     ID = "cli.dry.more"
	CLIDryConns    ID = "cli.dry.connections"
	CLIDryRate     ID = "cli.dry.rate"
	CLIDryTime     ID = "cli.dry.time"
	CLIDryCases    ID = "cli.dry.cases"

	CLITarget    ID = "cli.target"
	CLIDemoClean ID = "cli.demo.clean"
	CLIDemoBug   ID = "cli.demo.bug"
	CLIDemoRight ID = "cli.demo.right"
	CLIDemoWrong ID = "cli.demo.wrong"
)

// cli is the English of this area.
var cli = map[ID]string{
	CLIRoot: "Load and chaos test for HTTP-FLV streaming servers",
	CLIRootLong: `flvstorm finds out whether a stream is usable again after its publisher drops and comes straight back while
viewers pull; how soon; and if not, why not.

With no target it starts a small server of its own and tests that. Try it: flvstorm demo`,
	CLIFlag:        "%[2]v; see %[1]s --help",
	CLIFlagUnknown: "%s has no flag %s; see %[1]s --help",
	CLIFlagBare:    "%[2]s needs a value; see %[1]s --help",
	CLIFlagValue:   "--%s %q: must be %s",
	CLICommandNear: "there is no command %q: did you mean flvstorm %s?",
	CLIFlagNear:    "%s has no flag --%s: did you mean --%s?",
	CLINoCommand:   "there is no command %q; see flvstorm --help",
	CLIChaos:       "Publishers drop and return while players pull",
	CLIChaosLong: `Publishers drop and come straight back while players pull; what the server makes of it is judged.

With no target, a server of flvstorm's own is started as a child process and tested. Exit status: 0 pass, 1 findings,
2 bad usage, 3 inconclusive or could not run, 130 interrupted.`,
	CLIChaosSample: `  flvstorm chaos
  flvstorm chaos --bug early-release --fail-fast
  flvstorm chaos --publish-url rtmp://127.0.0.1:1935/live/{stream} --play-url http://127.0.0.1:8080/live/{stream}.flv --log srs.log
  flvstorm chaos --gap sweep:0..500ms --duration 20s`,
	CLIDemo: "The main job in 20 s, without and with the bug",
	CLIDemoLong: `Runs the main job twice against flvstorm's own server: first a good server, then one that frees a stream's publish lock
before its HTTP-FLV mount is gone, as SRS 6.0 did. Exit status 0 when both came out as they should.`,
	CLINoArgs: "%s takes no argument %q; see --help",

	CLILang:           "`LANG` of what people read: en or zh; by the locale if not given",
	CLILangBad:        "--lang %s: there is en, and there is zh (中文)",
	CLIUsage:          "Usage:",
	CLIUseFlags:       "[flags]",
	CLIUsageLine:      "  %s [command]",
	CLIExamples:       "Examples:",
	CLICommands:       "Available Commands:",
	CLIFlags:          "Flags:",
	CLIMoreHelp:       "Use \"%s [command] --help\" for more information about a command.",
	CLIHelpFor:        "help for %s",
	CLIVersionOf:      "version of flvstorm",
	CLIHelp:           "Help about any command",
	CLIDefault:        " (default %s)",
	CLIHTML:           "write the report as one HTML `FILE`, which needs nothing else",
	CLIOfRun:          "%s is a file of the run itself, and would be lost; name another",
	CLIHTMLFile:       "--html -: the page needs a file, such as --html report.html",
	CLIHTMLNotWritten: "could not write the HTML report to %s: %v",
	CLIFormat:         "print the run as `text`, markdown (a job summary), issue (a bug report for the server's tracker) or csv (figures over time)",
	CLIFormatBad:      "--format %s: there are %s",
	CLIFormatOne:      "--format %s and --json - can't both have standard output: give --json a file",

	CLIPublishURL: "where publishers publish: rtmp://127.0.0.1:1935/live/{stream}",
	CLIPlayURL:    "where players play: http://127.0.0.1:8080/live/{stream}.flv",
	CLIProfile:    "what kind of server it is: auto, %s",
	CLILog:        "follow the server's log in `FILE`, to tie each refusal to its cause",
	CLIBug:        "break the embedded server in one way: %s",
	CLIStreams:    "number of streams, each with one publisher",
	CLIPlayers:    "players of each stream",
	CLIWitnesses:  "how many of them read and check every frame, or all",
	CLIDuration:   "how long publishers come and go; settling is not counted",
	CLILive:       "how long a publish lives before its publisher leaves",
	CLIGap:        "how long the publisher stays away: D, D..D, or sweep:D..D to find the shortest safe gap",
	CLILeave:      "how publishers leave, with weights: %s",
	CLIContenders: "other publishers that try a live stream, on every fourth cycle (lives under 100ms have none)",
	CLIArmed:      "negotiate the next connection ahead of the departure, so that the gap is one packet",
	CLISeed:       "what everything random comes from; drawn when not given",
	CLIBitrate:    "bit rate of each stream, bits a second (200k, 2M)",
	CLIFPS:        "video frames a second",
	CLIGOP:        "time between two keyframes",
	CLIMedia:      "publish this FLV `FILE` (H.264, AAC) in place of the built-in source",
	CLIPrefix:     "stream names begin with this; outside the embedded server a run id by default",
	CLIGrace:      "how soon a stream has to be usable again",
	CLIStuckAfter: "when a stream that is still refused counts as stuck",
	CLIAllow:      "excuse findings of these codes: %s",
	CLIFailFast:   "stop at the first proven finding",
	CLIOut:        "keep the run in this `FOLDER`",
	CLIJSON:       "write the result as JSON to `FILE`, - for standard output",
	CLIQuiet:      "print the verdict and the findings only",
	CLINoColor:    "no colours",

	CLIStreamsFile: "the streams, from a CSV `FILE`: stream,publish_url,play_url",
	CLIExec:        "start this server and test it: `COMMAND` with its arguments (no shell); it is stopped at the end",
	CLIExecDir:     "the `FOLDER` that --exec runs in",
	CLIExecEnv:     "a `NAME=VALUE` in the environment of --exec (may be repeated)",
	CLIExecStop:    "how --exec is stopped, where a signal is not enough: `COMMAND`, such as 'docker stop srs'",
	CLIReady:       "how long the server of --exec may take to answer",
	CLILogCmd:      "follow the output of this `COMMAND` as the server's log, such as 'docker logs -f srs'",
	CLIAPI:         "look at the server's API at this `URL` while the run goes on, such as http://127.0.0.1:1985",
	CLIPID:         "look at this process while the run goes on: memory, descriptors, its end",
	CLICACert:      "trust the authorities in this PEM `FILE`, and no others (rtmps, https)",
	CLIInsecure:    "take any certificate (rtmps, https)",
	CLIConnectTo:   "connect to H2:P2 where a URL says H:P; the name in the URL stays: `H:P:H2:P2` (may be repeated)",
	CLIHeader:      "send this `HEADER: VALUE` with each request of a player (may be repeated)",
	CLISelfTest:    "test the embedded server; needed with CI set, where no target is a mistake",
	CLIDryRun:      "say what would be contacted, and with how much, and end",
	CLITimeScale:   "a server this many times slower than usual (a sanitizer, a small machine): multiplies all that is waited for",
	CLIFailOnly:    "fail on findings of these codes only",
	CLIBaseline:    "fail only on findings that the earlier `RUN` does not have",
	CLIBisect:      "exit as git bisect run wants it: 125 when nothing can be said, 128 for bad usage",
	CLIJUnit:       "write the result as JUnit XML to `FILE`",

	CLIWantsFactor:   "a number, such as 3 or 1.5",
	CLIWantsNumber:   "a whole number",
	CLIWantsDuration: "a duration with its unit, such as 500ms, 10s or 1m30s",
	CLIWantsBool:     "true or false",

	CLIHalfTarget: "%s is missing: a target needs --publish-url and --play-url (with --players 0 only --publish-url)",
	CLILookFirst: "--play-url is missing: a stream with a name of your own is looked at before the run, so that nobody else's is " +
		"taken; give --play-url (a run without players only looks there), or {stream} without --stream-prefix",
	CLINoPlayers:    "nothing",
	CLILogMissing:   "--log %s: there is no such file yet; its lines are read when it comes",
	CLIBugElsewhere: "--bug %s: bugs belong to the embedded server; leave out --publish-url, or start it by `flvstorm serve --bug %s`",
	CLILogEmbedded:  "--log: the log of the embedded server is read anyway; --log goes with --publish-url",
	CLIProfileOwn:   "--profile %q: there is no such profile; there are auto, %s; or name a file, such as ./mine.yaml",
	CLIProfileEmbed: "--profile %s: the embedded server is no other than itself; --profile goes with --publish-url",
	CLIOneName:      "--stream-prefix has no place in %s: write {stream} where the name goes",
	CLIWitnessesBad: "--witnesses %q: must be a number from 0 to %d, or all",
	CLIBitrateBad:   "--bitrate %q: must be a number of bits a second, such as 200k, 2M or 1500000",
	CLIAllowUnknown: "--allow %q: there is no such finding; there are %s",
	CLINoProgram:    "cannot start the embedded server: %v; name a server with --publish-url",
	CLINoCache:      "cannot make a folder for the run: %v; name one with --out",
	CLINotWritten:   "the run could not be written: %v",
	CLIInterrupted:  "interrupted before the run began",

	CLIGreet:    "%s: connecting to the application %q failed: %v; is it the right --publish-url?",
	CLIOutTaken: "--out %s: the folder is not empty; name a new one, for a run never overwrites another",
	CLIOutBad:   "--out %s: %v; name a folder that can be written",

	CLISelfTestOther: "--self-test tests the embedded server; leave it out, or leave out the target",
	CLITargetNeeded:  "--%s says something of a target, and none is named: give --publish-url and --play-url, or --exec",
	CLIExecNeeded:    "--%s goes with --exec, which starts the server",
	CLIExecURLs:      "--exec: where does it listen? Give --publish-url and --play-url, or a --profile that can be told its ports (%s)",
	CLIExecEnvBad:    "--exec-env %q: must be NAME=VALUE",
	CLIReadyBad:      "--ready-timeout %v: must be between 1ms and 1h",
	CLIProfileOther:  "--profile %s, but the server says that it is %s: its answers and its log may be misread; leave --profile out, or name that",
	CLIPIDExec:       "--pid is for a server that runs already; that of --exec is looked at anyway",
	CLIPIDDeaf:       "--pid %d: that process listens nowhere, so it is not the server's; give the number of the one that does",
	CLIListedLook: "--streams-file: %s has no play_url: a stream with a name of your own is looked at before the run, so that nobody " +
		"else's is taken; give one (a run without players only looks there)",
	CLINotStopped:      "the server could not be stopped: %v",
	CLIPIDGone:         "--pid %d: there is no such process; give the number of the server's",
	CLITwoLogs:         "--log and --log-cmd both name the server's log; give one of them",
	CLIAPIBad:          "--api %s: must be the base URL of the server's API, such as http://127.0.0.1:1985",
	CLINoAPI:           "--api: nothing is known of the API of profile %s; see flvstorm profiles, or describe it in a --profile of your own",
	CLIStreamsListed:   "--streams-file names the streams; --streams and --stream-prefix have no place beside it",
	CLIStreamsOwn:      "--streams-file names the URLs; --publish-url and --play-url have no place beside it",
	CLIMediaOwn:        "--%[1]s is of the built-in source; a file of --media is sent as it is: leave out one of the two",
	CLITimeScaleBad:    "--time-scale %v: must be between 0.1 and %d, such as 3",
	CLIFailOnlyUnknown: "--fail-only %q: there is no such finding; there are %s",
	CLISameFile:        "%s and %s both write %s; name two files",
	CLIEmptyFlag:       "--%s is empty, and CI is set: is a variable of the pipeline not set?",
	CLINoTargetCI:      "no target, and CI is set: give --publish-url and --play-url, or --exec; or --self-test to test the embedded server",

	CLIDryEmbedded: "would start   the embedded server",
	CLIDryExec:     "would start   %s",
	CLIDryPicked:   "would publish and play on free ports of this machine, told to the server",
	CLIDryPublish:  "would publish %s",
	CLIDryPlay:     "would play    %s",
	CLIDryMore:     "              … and %d streams more",
	CLIDryConns:    "connections   %d publishers at once (contenders, and connections made ahead, come on top), %d players",
	CLIDryRate:     "bit rate      %.2f Mbit/s to the server, %.2f Mbit/s from it (%.2f Mbit/s a stream)",
	CLIDryTime:     "time          %v, and up to %v more if streams get stuck",
	CLIDryCases:    "cases         %s",

	CLITarget:    "%s: publish %s, play %s; profile %s; seed %d",
	CLIDemoClean: "1 of 2: a good server. Publishers drop and come straight back; nothing should be found.",
	CLIDemoBug:   "2 of 2: the same load on a server that frees a stream's lock before its mount is gone (--bug early-release).",
	CLIDemoRight: "Both came out as they should: the good server passed, and the bug was found as duplicated-pattern.",
	CLIDemoWrong: "This did not come out as it should: %s.",
}
