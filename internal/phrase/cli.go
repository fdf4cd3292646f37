package phrase

// cli is the English of this area.
var cli = map[ID]string{}
