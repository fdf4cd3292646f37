package phrase

// Sentences about the cases of the smoke suite: what each tries, and why one is not run.
const (
	SmokePublishAndPlay  ID = "smoke.publish-and-play"
	SmokeReturnUnpublish ID = "smoke.return-unpublish"
	SmokeReturnFIN       ID = "smoke.return-fin"
	SmokeReturnRST       ID = "smoke.return-rst"
	SmokeReturnCut       ID = "smoke.return-cut"
	SmokeReturnHalfClose ID = "smoke.return-halfclose"
	SmokeReturnVanish    ID = "smoke.return-vanish"
	SmokeDropTogether    ID = "smoke.drop-together"
	SmokePlayInGap       ID = "smoke.play-in-gap"
	SmokeStalledPlayer   ID = "smoke.stalled-player"
	SmokeContenders      ID = "smoke.contenders"
	SmokeCodecChange     ID = "smoke.codec-change"
	SmokeAudioOnly       ID = "smoke.audio-only"
	SmokeVideoOnly       ID = "smoke.video-only"
	SmokeReleased        ID = "smoke.released"

	SmokeNoPlayURL     ID = "smoke.no-play-url"
	SmokeTakeover      ID = "smoke.takeover"
	SmokeIgnored       ID = "smoke.ignored"
	SmokeVanish        ID = "smoke.vanish"
	SmokeNever         ID = "smoke.never"
	SmokeNothingBefore ID = "smoke.nothing-before"
	SmokeDied          ID = "smoke.died"
	SmokeStopped       ID = "smoke.stopped"
	SmokeFailed        ID = "smoke.failed"

	SmokeUnknown ID = "smoke.unknown"
	SmokeNone    ID = "smoke.none"
	SmokeNothing ID = "smoke.nothing"
)

// smoke is the English of this area.
var smoke = map[ID]string{
	SmokePublishAndPlay:  "three streams are published, each with three players",
	SmokeReturnUnpublish: "publishers say goodbye as OBS and ffmpeg do, and come back after 0 to 500 ms, before 0, 1 and 8 players",
	SmokeReturnFIN:       "publishers close the connection with nothing said, and come back",
	SmokeReturnRST:       "publishers reset the connection, and come back",
	SmokeReturnCut:       "publishers close in the middle of a message, and come back",
	SmokeReturnHalfClose: "publishers close their sending half only, and come back",
	SmokeReturnVanish:    "publishers fall silent with the connection open, and come back as soon as the server has noticed",
	SmokeDropTogether:    "twenty streams drop in the same instant and are back at once, three times",
	SmokePlayInGap:       "players come while nobody publishes, and get the publish that follows",
	SmokeStalledPlayer:   "a player never reads; neither the others nor the return feel it",
	SmokeContenders:      "other publishers are refused while the owner lives, and are let in when it has left",
	SmokeCodecChange:     "a publisher comes back with another size, profile and sampling rate, and then with the first",
	SmokeAudioOnly:       "sound without a picture is published and comes back",
	SmokeVideoOnly:       "pictures without sound are published and come back",
	SmokeReleased:        "every stream of the cases before can be published once more",

	SmokeNoPlayURL:     "no --play-url was given, and this case says nothing without players",
	SmokeTakeover:      "a server of profile %s lets the newest publisher take a stream over, so nobody is refused",
	SmokeIgnored:       "a server of profile %s does not act on the departure %s",
	SmokeNever:         "a server of profile %s was never seen to notice a silent publisher",
	SmokeVanish:        "a server of profile %s may take %v to notice a silent publisher, longer than the %v that smoke waits; use: flvstorm chaos --leave vanish",
	SmokeNothingBefore: "no case before it has published anything",
	SmokeDied:          "the server died in %s",
	SmokeStopped:       "the run was stopped before: %v",
	SmokeFailed:        "flvstorm itself failed in %s: %v",

	SmokeUnknown: "%s: there is no case %q; the nearest is %s, and --list shows all",
	SmokeNone:    "%s: there is no case %q; there are %s",
	SmokeNothing: "--only %q and --skip %q leave no case; --list shows all",
}
