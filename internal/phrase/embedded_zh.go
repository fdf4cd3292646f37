package phrase

var embeddedZh = map[ID]string{}
