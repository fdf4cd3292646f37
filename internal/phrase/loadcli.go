package phrase

// Sentences of `flvstorm load`: its help, and what can be wrong with its flags.
const (
	LoadShort  ID = "load.short"
	LoadLong   ID = "load.long"
	LoadSample ID = "load.sample"

	LoadFlagPlayers ID = "load.flag.players"
	LoadFlagFor     ID = "load.flag.duration"
	LoadArrive      ID = "load.flag.arrive"
	LoadStages      ID = "load.flag.stages"
	LoadFindLimit   ID = "load.flag.find-limit"
	LoadStart       ID = "load.flag.start"
	LoadMost        ID = "load.flag.max"
	LoadHold        ID = "load.flag.hold"
	LoadSlow        ID = "load.flag.slow"
	LoadChurn       ID = "load.flag.churn"
	LoadIdle        ID = "load.flag.idle"
	LoadBuffer      ID = "load.flag.buffer"
	LoadSourceIP    ID = "load.flag.source-ip"
	LoadChaos       ID = "load.flag.chaos"
	LoadPublishOnly ID = "load.flag.publish-only"
	LoadPlayOnly    ID = "load.flag.play-only"
	LoadLeave       ID = "load.flag.leave"
	CLIFailOn       ID = "cli.fail-on"
	CLIMetrics      ID = "cli.metrics"
	CLIExpression   ID = "cli.expression"
	CLIMetricsAt    ID = "cli.metrics-at"
	CLIMetricsEnded ID = "cli.metrics-ended"

	LoadNot            ID = "load.not-with"
	LoadNeeds          ID = "load.needs"
	LoadSweep          ID = "load.sweep"
	LoadZero           ID = "load.zero"
	LoadBufferBad      ID = "load.buffer-bad"
	LoadNobody         ID = "load.nobody"
	LoadOnlyOne        ID = "load.only-one"
	LoadPlayNames      ID = "load.play-names"
	LoadPlayTarget     ID = "load.play-target"
	LoadChaosBad       ID = "load.chaos-bad"
	LoadChaosNames     ID = "load.chaos-names"
	LoadDryPlayers     ID = "load.dry.players"
	LoadDryLimit       ID = "load.dry.limit"
	LoadDryHold        ID = "load.dry.hold"
	LoadDryAtOnce      ID = "load.dry.at-once"
	LoadDryArrive      ID = "load.dry.arrive"
	LoadOfPlayers      ID = "load.of.players"
	LoadOfPublishers   ID = "load.of.publishers"
	LoadDryWalk        ID = "load.dry.walk"
	LoadNotMeasured    ID = "load.not-measured"
	LoadOursMostly     ID = "load.ours-mostly"
	LoadFewPlayers     ID = "load.few-players"
	LoadFewPublishers  ID = "load.few-publishers"
	LoadManyPublishers ID = "load.many-publishers"
	LoadListedFew      ID = "load.listed-few"
)

// loadCLI is the English of this area.
var loadCLI = map[ID]string{
	LoadShort: "Steady load: many players and publishers, in steps, or up to where it starts to hurt",
	LoadLong: `Publishes streams and plays them with as many players as you say: all at once, arriving at a rate, along stages, or more
and more until an expression no longer holds. Tells what the players got, and whether this machine kept up: a window in
which flvstorm itself was late is marked, and a limit of its own is never called the server's.

On each stream one player reads and checks every frame; the others read the header of each tag and let the kernel drop the
rest. Exit status: 0 pass, 1 findings or a threshold failed, 2 bad usage, 3 inconclusive or could not run, 130 interrupted.`,
	LoadSample: `  flvstorm load --players 500 --duration 1m
  flvstorm load --players 2000 --arrive 50/s --fail-on 'p99(first_frame_ms) > 800' --fail-on 'stall_rate > 0.001'
  flvstorm load --stages 0:100,30s:1000,60s:1000
  flvstorm load --find-limit 'stall_rate < 0.001 && p99(first_frame_ms) < 1000'
  flvstorm load --publish-url rtmp://127.0.0.1:1935/live/{stream} --play-url http://127.0.0.1:8080/live/{stream}.flv --streams 10 --players 300
  flvstorm load --play-only --play-url http://127.0.0.1:8080/live/cam.flv --players 1000 --slow 5%@100k`,

	LoadFlagPlayers: "players of each stream",
	LoadFlagFor:     "how long the load is on, once it began; of --find-limit, how long it may take at most",
	LoadArrive:      "players (of --publish-only, publishers) arrive at this rate, however the server answers: 50/s, 3000/m; 50/s:even without chance",
	LoadStages:      "how many there are at which time, straight lines between: 0:100,30s:1000,60s:1000 (players of all streams together)",
	LoadFindLimit:   "find the largest load of which this `EXPRESSION` holds: doubles, then bisects",
	LoadStart:       "how many --find-limit begins with",
	LoadMost:        "how many --find-limit tries at most",
	LoadHold:        "how long --find-limit measures each load",
	LoadSlow:        "so many of the players read slowly, each at this rate: 5%@100k",
	LoadChurn:       "so many of the players leave after about this time, and come again at once: 10%@5s",
	LoadIdle:        "so many of the players hold their connection and never read it: 2%",
	LoadBuffer:      "what a player has received before it plays; it stalls when it has played all that came",
	LoadSourceIP:    "connect from these `ADDRESSES` in turn: one, a range 10.0.0.5-10.0.0.9, a network 10.0.1.0/24 (may be repeated)",
	LoadChaos:       "beside the load, run chaos on so many streams more: their publishers drop and come straight back",
	LoadPublishOnly: "no players: the load is publishers, one a stream",
	LoadPlayOnly:    "no publishers: play what is published already",
	LoadLeave:       "how publishers leave, of --chaos, with weights: %s",
	CLIFailOn:       "fail when this `EXPRESSION` over the result is true, such as 'p99(first_frame_ms) > 800' (may be repeated)",
	CLIMetrics:      "serve metrics for Prometheus at this `ADDRESS` while the run goes on, such as 127.0.0.1:9464",

	CLIExpression:   "%s: %v",
	CLIMetricsAt:    "metrics at http://%s/metrics",
	CLIMetricsEnded: "metrics are not served any more: %v",

	LoadNot:            "--%s and --%s do not go together: leave out one of them",
	LoadNeeds:          "--%s goes with --%s",
	LoadSweep:          "--gap sweep with --find-limit: over which time? Give --duration",
	LoadZero:           "--%s: must be more than nothing",
	LoadBufferBad:      "--buffer %v: must be 0s to 1m",
	LoadNobody:         "--players 0: then nobody plays; say --publish-only if that is meant",
	LoadOnlyOne:        "--publish-only and --play-only together leave nobody: leave out one of them",
	LoadPlayNames:      "--play-only with {stream} in --play-url: which streams? Give --stream-prefix (s makes s0, s1, …), or write the name into the URL",
	LoadPlayTarget:     "--play-only plays what is published already: give its --play-url, or --streams-file",
	LoadChaosBad:       "--chaos %d: must be 0 to %d",
	LoadChaosNames:     "--chaos needs streams of its own: write {stream} where the name goes; it has no place beside --streams-file",
	LoadManyPublishers: "--publish-only: %d publishers are more than one machine is good for; ask for at most %d",
	LoadListedFew:      "--publish-only: %d publishers, and --streams-file has %d streams: each needs one of its own",
	LoadDryPlayers:     "connections   %d publishers and %d players at most",
	LoadDryLimit:       "--find-limit %s, %d to %d %s",
	LoadDryHold:        "%d %s for %v %s",
	LoadDryAtOnce:      "at once",
	LoadDryArrive:      "at %s",
	LoadOfPlayers:      "players",
	LoadOfPublishers:   "publishers",
	LoadDryWalk:        "load          %s",
	LoadNotMeasured:    "nothing was measured",
	LoadOursMostly:     "flvstorm itself was late in %d of %d windows",
	LoadFewPlayers:     "never more than %d of %d players were there at once, witnesses aside",
	LoadFewPublishers:  "never more than %d of %d publishers were there at once",
}
