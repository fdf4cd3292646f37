package phrase

// Sentences about the crowd of players.
const (
	CrowdEngine ID = "crowd.engine"
)

// crowd is the English of this area.
var crowd = map[ID]string{
	CrowdEngine: "there is no engine %q for players here; try %q",
}
