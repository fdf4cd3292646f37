// Package rtmp speaks RTMP 1.0 as a publisher and as a server, close enough to the wire that a tool can cut a message in
// two, send a publish as one packet, and hear every word a server says before it hangs up.
//
//  1. The handshake (go-rtmp's messages, one write a step) turns a net.Conn into a stream of chunks.
//  2. A ChunkReader puts chunks together to Messages; AppendMessage and ChunkWriter take Messages apart, the former
//     for prebuilt packets, the latter for a stream in the shortest headers. All of them know nothing of commands.
//  3. Commands are AMF0. What we send is built by go-rtmp's message package; what a stranger sends is read value by value
//     (amfReader), only as far as it is of use, with bounds on depth, count and size.
//  4. Client negotiates up to an armed stream, publishes with one write, and then reports what the server says. ServerConn
//     is the other side of the same talk: it answers everything that needs no decision and hands out the rest as Requests.
//
// Nothing here dials, listens, logs, retries or starts a goroutine. A server that refuses is a *Refusal or a Status; an
// error means that the talk itself broke: an I/O error, a *FormatError, or the end of the context.
//
// Note: go-rtmp's own chunk layer was tried and dropped: extended timestamps, empty messages and Abort break it, and it
// costs two to seventy times as much (BenchmarkChunkRead, BenchmarkChunkWrite). So was go-amf0's decoder for what strangers
// send: it knows no undefined, which SRS sends in ordinary replies, and panics on an ECMA array that holds another array
// (TestGoAMF0Faults).
package rtmp
