// Package target is the server under test: where it is, and what it says of itself beside the answers that publishers
// and players get. What is found is told as events for the history, or as an error before the run; nothing here judges.
//
//  1. URLs are the templates of the user, or the streams of a file, made into addresses for each key; a Road is the way there,
//     with TLS and detours. Check, Greet and NobodyLive look at the server once, before anything is attempted, so that a wrong
//     port, a bad certificate or a stranger's stream is a clear line and not a bad run.
//  2. Process starts the server where we start it (the embedded one is our own program, started again as `serve`), keeps
//     it from outliving us, and tells of its end.
//  3. LogFollower reads the server's log, from that process or from a file, and passes on the lines that a rule of the
//     profile knows, and those at WARN or above. A Prelude keeps what it finds before there is a history.
//  4. Watch sees whether the server still lives. Publishers and players report failed connections to it and wait at its
//     gate, so that a dead server is noticed and told, not hammered.
//
// What a server says is a stranger's text: it is stripped of terminal sequences, and Mask hides the credentials of URLs in
// it, before it is kept or shown.
//
// Nothing here depends on how the load is made; package load uses this one, never the other way.
package target
