package phrase

var cliZh = map[ID]string{}
