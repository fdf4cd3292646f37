package phrase

// chaos is the English of this area.
var chaos = map[ID]string{}
