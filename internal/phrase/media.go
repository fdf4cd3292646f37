package phrase

// media is the English of this area.
var media = map[ID]string{}
