// Package beside measures players beside each other: ours, and those of others, from the same server, of the same stream, in
// turn within one run. It holds nothing but benchmarks.
//
// What is measured is a process: the players are always a child of the benchmark, and the server is another. How many bytes
// came is asked of the kernel (tcp_info of each player's socket), how much CPU was used is the clock of the process, so every
// player is measured by the same means and nobody's own word is taken.
//
// Note: A machine with few cores, or with others at work on it, gives figures that drift by a third from minute to minute. So
// a round measures every player once, rounds are repeated, the order turns from round to round, and what is compared is
// only ever of one round. A figure by itself says how things were then; a ratio is a result.
package beside
