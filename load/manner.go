package load

import "time"

// Manner is how a player behaves when its stream ends, or while it runs. What a server makes of a returning publisher
// hangs on the viewers that are still there, and real ones differ.
type Manner string

const (
	// Prompt closes an ended connection and asks again at once.
	Prompt Manner = "prompt"
	// Linger asks again at once too, but keeps the ended connection open for LingerFor, neither reading nor closing.
	Linger Manner = "linger"
	// Stalled reads the head of the answer and then nothing, for StallFor; then it closes and asks again. It does so in a
	// plan that names it; the mix that NewPlan makes has none.
	Stalled Manner = "stalled"
	// Slow reads no faster than its rate, as somebody behind a narrow line does. Only the crowd has it, and those below.
	Slow Manner = "slow"
	// Churn leaves after a while and comes again at once, as somebody who looks for something better to watch.
	Churn Manner = "churn"
	// Idle holds its connection and never reads it.
	Idle Manner = "idle"
)

const (
	// LingerFor is how long a lingering player keeps an ended connection open.
	LingerFor = 1500 * time.Millisecond
	// StallFor is how long a stalled player holds a connection. It can't see the end of one that it doesn't read, so
	// without a bound it would sit on a dead connection for the rest of the run, and be no viewer of any later publish.
	StallFor = 10 * time.Second
	// maxLingering bounds the ended connections that one player keeps open; the oldest goes first.
	maxLingering = 4
)
