// Package fleet publishes thousands of streams at once, each paced like an encoder's.
//
//  1. Join says who is to publish what, and from when. A few hundred goroutines at most negotiate; who has been accepted needs
//     none any more but the one that hears what the server says.
//  2. One goroutine paces all publishers by a wheel of their due times; a second one helps where that is behind. They write
//     without ever waiting. The frames are the same bytes for all; what differs (timestamp, stream, stamp) is written into a copy
//     of the little that is in front of them.
//  3. What a socket does not take at once is the server's backpressure: a goroutine that lives as long as that writes the rest,
//     and the publisher is Blocked meanwhile. It stays in order and catches up after; what was late because of it is told apart
//     from what was late because of us.
//  4. A publish that is refused or ended is tried again, at the pace that all publishers have, each try with the next epoch.
//     What happens to a key is told by the same events as under chaos, so that the judge knows who owns it.
//
// Where a write can't be tried (over TLS, and where the system is not Linux) a publisher has a goroutine of its own, which
// waits in its writes; all else is the same.
package fleet
