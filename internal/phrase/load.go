package phrase

// load is the English of this area.
var load = map[ID]string{}
