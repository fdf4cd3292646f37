package phrase

// history is the English of this area.
var history = map[ID]string{}
