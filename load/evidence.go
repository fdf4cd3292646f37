package load

// Evidence keeps small FLV files of what witnesses found odd, in the run's folder. One serves a whole run; it is for any
// goroutine.
type Evidence struct {
	// Dir is the run's folder; files stand below its folder "evidence".
	Dir string
}
