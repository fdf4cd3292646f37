package phrase

var smokeZh = map[ID]string{}
