package phrase

// target is the English of this area.
var target = map[ID]string{}
