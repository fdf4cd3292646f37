package phrase

// tables is the English of this area.
var tables = map[ID]string{}
