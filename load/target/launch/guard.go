package launch

import "time"

// A server that we start has a guard between us and it: our own program, started again as `flvstorm guard`. The kernel
// lets only a parent know how a process ended, and only a parent that lives can clean up after us when we are killed; so
// the parent is a process that does nothing else.
//
//	flvstorm ──orders on stdin──► guard ──parent of──► server ──► whatever the server starts
//	         ◄──reports on fd 3──
//
// On Linux the guard is the reaper of everything below it (prctl(2), PR_SET_CHILD_SUBREAPER): a process that detaches
// itself, in whichever session, becomes a child of the guard when its parent ends. So the guard can kill all there is by
// killing its own children until it has none, and as nobody else reaps those, their numbers can't have passed to others.
// Elsewhere it kills the server's process group, which a process that makes a session of its own escapes.

// Orders to a guard, one a line. The end of its stdin is the last: we are dead, and everything has to go.
const (
	orderTerminate = "terminate" // run the command for stopping, then ask the server to end
	orderKill      = "kill"      // kill whatever there is
)

// stopCommandWithin bounds the command for stopping: `docker stop` alone waits 10 s before it kills.
const stopCommandWithin = 15 * time.Second
