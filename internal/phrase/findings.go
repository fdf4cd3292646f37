package phrase

// findings is the English of this area.
var findings = map[ID]string{}
