package load

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// Plan says who connects when. It is a pure value made from (Spec, seed): the same spec and seed give the same plan, and
// one actor more changes nobody else's numbers, because each draws from a source named after it.
type Plan struct {
	Spec Spec      `json:"spec"`
	Keys []KeyPlan `json:"keys"`
}

// KeyPlan is what is planned for one key.
type KeyPlan struct {
	Key    string `json:"key"`
	Stream string `json:"stream"`
	// StartAt is when its publisher first publishes, from the start of the storm.
	StartAt time.Duration `json:"start_at_ns"`
	Players []PlayerPlan  `json:"players,omitempty"`
}

// PlayerPlan is what is planned for one player.
type PlayerPlan struct {
	Actor   string        `json:"actor"`
	Manner  Manner        `json:"manner"`
	StartAt time.Duration `json:"start_at_ns"`
	// After is the number of its key's departure from which StartAt counts, from 1; zero is the start of the storm.
	After int `json:"after,omitempty"`
	// Witness says that it reads every frame.
	Witness bool `json:"witness,omitempty"`
}

// AppointWitnesses makes witnesses of as many of a key's players as the spec says, the first that read.
func (s Spec) AppointWitnesses(players []PlayerPlan) {
	left := s.Witnesses
	for i := range players {
		if p := &players[i]; left != 0 && p.Manner != Stalled {
			p.Witness = true
			left--
		}
	}
}

// inStep is how many keys drop at the same moment. Keys that drop together make a server's window longer, so a small run
// drops all of its keys at once; a large one goes in groups spread over the live time, because a thousand reconnects in
// one millisecond would measure this machine and not the server.
const inStep = 8

// mannersOfThree is the mix of players: two that reconnect at once, one that keeps its ended connection open.
var mannersOfThree = []Manner{Prompt, Prompt, Linger}

// NewPlan makes the plan of spec. Stream i is named by name(i), its key by key(stream); spread is the time over which the
// groups of keys start.
func NewPlan(spec Spec, name func(i int) string, key func(stream string) string, spread time.Duration) Plan {
	p := Plan{Spec: spec, Keys: make([]KeyPlan, spec.Streams)}
	groups := (spec.Streams + inStep - 1) / inStep
	for i := range p.Keys {
		stream := name(i)
		k := KeyPlan{Key: key(stream), Stream: stream, StartAt: spread * time.Duration(i/inStep) / time.Duration(groups)}
		for n := range spec.Players {
			// The numbers of an actor hang on its place in the plan, not on its key: names outside the embedded server carry
			// a run id, and the same seed has to attempt the same there.
			seat := "play/" + strconv.Itoa(i) + "/" + strconv.Itoa(n)
			k.Players = append(k.Players, PlayerPlan{
				Actor:   fmt.Sprintf("play/%s/%d", k.Key, n),
				Manner:  mannersOfThree[n%len(mannersOfThree)],
				StartAt: k.StartAt + time.Duration(Rand(spec.Seed, seat).Int64N(int64(100*time.Millisecond))),
			})
		}
		spec.AppointWitnesses(k.Players)
		p.Keys[i] = k
	}
	return p
}

// Rand is the source of random numbers of one actor in a run with this seed.
func Rand(seed int64, actor string) *rand.Rand {
	var s [8]byte
	binary.BigEndian.PutUint64(s[:], uint64(seed))
	sum := sha256.Sum256(append(s[:], actor...))
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])))
}
