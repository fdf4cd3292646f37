package smoke

import (
	"fmt"
	"time"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/load"
)

// How much is tried at once: about 40 publishers and 120 players, which a small machine can carry beside the server.
var (
	gaps   = []time.Duration{0, 20 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 500 * time.Millisecond}
	crowds = []int{0, 1, 8}
)

// apart is the time between the starts of two keys of a case whose departures are to be seen one by one.
const apart = 10 * time.Millisecond

// publishAndPlay: what must work before anything else is worth a look.
func publishAndPlay(sh *sheet) {
	for i := range 3 {
		sh.add(fmt.Sprintf("play-%d", i), chaos.Script{
			Players: sh.crowd(3),
			Cycles:  []chaos.Cycle{{Live: long(sh.Setting), Leave: "unpublish"}},
		})
	}
}

// comeBack leaves one way at every gap, before every crowd, and returns over a connection made ahead and over one made then.
func comeBack(sh *sheet) {
	for _, gap := range gaps {
		for _, players := range crowds {
			if players > 0 && !sh.Players {
				continue
			}
			for _, armed := range []bool{true, false} {
				connection := "full"
				if armed {
					connection = "armed"
				}
				sh.add(fmt.Sprintf("%s-g%d-p%d-%s", sh.leave, gap.Milliseconds(), players, connection), chaos.Script{
					StartAt: apart * time.Duration(len(sh.scripts)),
					Players: sh.crowd(players),
					Cycles: []chaos.Cycle{
						{Live: brief(sh.Setting), Leave: sh.leave, Gap: gap, Armed: armed},
						{Live: long(sh.Setting), Leave: "unpublish"},
					},
				})
			}
		}
	}
}

// dropTogether: the more keys a server has to take down at once, the longer each of them takes it. They do it three times, for
// some servers go wrong only by and by.
func dropTogether(sh *sheet) {
	live := brief(sh.Setting)
	var cycles []chaos.Cycle
	for drop := range 3 {
		until := 300*time.Millisecond + live*time.Duration(drop+1)
		cycles = append(cycles, chaos.Cycle{Live: live / 2, Until: until, Leave: "fin", Armed: true})
	}
	cycles = append(cycles, chaos.Cycle{Live: long(sh.Setting), Leave: "unpublish"})
	for i := range 20 {
		sh.add(fmt.Sprintf("together-%d", i), chaos.Script{Players: sh.crowd(3), Cycles: cycles})
	}
}

// playInGap lets players in while nobody publishes: they must get the publish that comes.
func playInGap(sh *sheet) {
	const gap, into = 500 * time.Millisecond, 150 * time.Millisecond
	for _, leave := range []string{"fin", "unpublish"} {
		for _, before := range []int{0, 1} {
			players := sh.crowd(before)
			for range 2 {
				players = append(players, chaos.Entrance{Manner: load.Prompt, After: 1, Wait: into})
			}
			sh.add(fmt.Sprintf("in-gap-%s-p%d", leave, before), chaos.Script{
				StartAt: apart * time.Duration(len(sh.scripts)),
				Players: players,
				Cycles: []chaos.Cycle{
					{Live: brief(sh.Setting), Leave: leave, Gap: gap},
					{Live: long(sh.Setting), Leave: "unpublish"},
				},
			})
		}
	}
}

// stalledPlayer has one player of each key read nothing, and enough sent to fill what stands between: neither the other
// players nor the return may feel it.
func stalledPlayer(sh *sheet) {
	for _, leave := range []string{"unpublish", "fin", "rst"} {
		sh.add("stalled-"+leave, chaos.Script{
			Players: append(sh.crowd(2), chaos.Entrance{Manner: load.Stalled}),
			Cycles: []chaos.Cycle{
				{Live: long(sh.Setting), Leave: leave, Armed: true, Clip: Heavy},
				{Live: long(sh.Setting), Leave: "unpublish", Clip: Heavy},
			},
		})
	}
}

// contenders are refused while the owner lives, and spoil nothing: neither its return nor, where one of them does not give
// up, its own turn.
func contenders(sh *sheet) {
	owned := brief(sh.Setting) + 500*time.Millisecond
	last := []chaos.Cycle{{Live: long(sh.Setting), Leave: "unpublish"}}
	for _, leave := range []string{"unpublish", "fin", "rst"} {
		start := apart * time.Duration(len(sh.scripts))
		sh.add("contended-"+leave+"-return", chaos.Script{
			StartAt: start,
			Players: sh.crowd(2),
			Cycles:  append([]chaos.Cycle{{Live: owned, Leave: leave, Armed: true, Contenders: 3}}, last...),
		})
		sh.add("contended-"+leave+"-turn", chaos.Script{
			StartAt: start,
			Players: sh.crowd(2),
			Cycles:  []chaos.Cycle{{Live: owned, Leave: leave, Contenders: 2}},
			Rival:   &chaos.Rival{StartAt: start + owned/3, Cycles: last},
		})
	}
}

// codecChange returns with another size, profile and sampling rate, and then with the first again.
func codecChange(sh *sheet) {
	for _, armed := range []bool{true, false} {
		gap, name := 100*time.Millisecond, "codec-full"
		if armed {
			gap, name = 0, "codec-armed"
		}
		sh.add(name, chaos.Script{
			Players: sh.crowd(3),
			Cycles: []chaos.Cycle{
				{Live: brief(sh.Setting), Leave: "fin", Gap: gap, Armed: armed},
				{Live: long(sh.Setting), Leave: "fin", Gap: gap, Armed: armed, Clip: Other},
				{Live: long(sh.Setting), Leave: "unpublish"},
			},
		})
	}
}

func audioOnly(sh *sheet) { oneKind(sh, AudioOnly) }
func videoOnly(sh *sheet) { oneKind(sh, VideoOnly) }

// oneKind publishes sound or pictures alone, and returns with them.
func oneKind(sh *sheet, clip string) {
	for _, leave := range []string{"unpublish", "fin"} {
		sh.add(clip+"-"+leave, chaos.Script{
			Players: sh.crowd(3),
			Cycles: []chaos.Cycle{
				{Live: brief(sh.Setting), Leave: leave, Gap: 20 * time.Millisecond, Clip: clip},
				{Live: long(sh.Setting), Leave: "unpublish", Clip: clip},
			},
		})
	}
}

// The pace at which released asks.
const (
	quiet    = time.Second // first, so that the server can let go of everything
	atOnce   = 40          // keys
	each     = 300 * time.Millisecond
	nextLot  = 2 * each
	lastWord = "unpublish"
)

// released publishes every key of the cases before once more, with no player in the way.
func released(sh *sheet) {
	for i, stream := range sh.Earlier {
		sh.scripts = append(sh.scripts, chaos.Script{
			Stream: stream, StartAt: quiet + nextLot*time.Duration(i/atOnce),
			Cycles: []chaos.Cycle{{Live: each, Leave: lastWord}},
		})
	}
}
