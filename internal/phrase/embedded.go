package phrase

// embedded is the English of this area.
var embedded = map[ID]string{}
