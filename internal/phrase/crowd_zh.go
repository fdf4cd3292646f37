package phrase

// crowdZh is the Chinese of this area.
var crowdZh = map[ID]string{
	CrowdEngine: "这里没有播放引擎 %q；请试 %q",
}
