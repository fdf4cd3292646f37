package phrase

var witnessedZh = map[ID]string{}
