// Package target is the server under test: where it is, and what it says of itself beside the answers that publishers
// and players get. What is found is told as events for the history, or as an error before the run; nothing here judges.
//
//  1. URLs are the templates of the user, or the streams of a file, made into addresses for each key; a Road is the way there,
//     with TLS and detours. Check, Greet and NobodyLive look at the server once, before anything is attempted, so that a wrong
//     port, a bad certificate or a stranger's stream is a clear line and not a bad run.
//  2. WaitReady looks until a server that has just been started can be used.
//  3. A Prelude keeps the events that come before there is a history.
//  4. Watch sees whether the server still lives. Publishers and players report failed connections to it and wait at its
//     gate, so that a dead server is noticed and told, not hammered.
//  5. WireOf sorts the errors of connections into the words of a history, and OwnLimit those that are our own.
//
// What is no address stands in rooms below, none of which this one knows: launch starts the server, serverlog reads its log,
// sample looks at its process and its API, crash finds out how it died.
//
// Nothing here depends on how the load is made; package load uses this one, never the other way.
package target
