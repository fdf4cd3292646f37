package phrase

// Sentences about what is sampled of a server while it runs: its API, its process, and what is learned from both.
const (
	SaysLeak ID = "finding.leak"
)

// sampling is the English of this area.
var sampling = map[ID]string{
	SaysLeak: "the server kept descriptors, connections, streams or memory of publishers and players that had gone",
}
