package phrase

var viewersZh = map[ID]string{}
