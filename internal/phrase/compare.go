package phrase

// Sentences of `flvstorm compare`.

var compareText = map[ID]string{}
