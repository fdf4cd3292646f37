package phrase

var profileZh = map[ID]string{}
