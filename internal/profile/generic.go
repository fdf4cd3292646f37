package profile

import "time"

// generic is what may be taken for granted of a server that nobody has described: very little. Several servers say
// Publish.Start to a publisher and then close, so only one that outlives Survive counts as accepted; whether two
// publishers of a key may live at once is not known, so that is never held against it.
var generic = Profile{
	Name:    "generic",
	Policy:  "unknown",
	Accept:  "survive",
	Survive: 250 * time.Millisecond,
	Idle:    IdleBound{Later: 30 * time.Second},
}
