package phrase

// loadZh is the Chinese of this area.
var loadZh = map[ID]string{
	LoadStreams:  "--streams %d：必须在 1 到 %d 之间",
	LoadPlayers:  "--players %d：每条流必须在 0 到 %d 之间",
	LoadActors:   "--streams %d 配合每条流 --players %d，共 %d 条连接；一台机器最多 %d 个",
	LoadDuration: "--duration %v：必须在 100ms 到 %v 之间，例如 --duration 30s",
	LoadPrefix:   "--stream-prefix %q：请用字母、数字、“.”、“_”和“-”，以字母或数字开头，最长 64 个字符",
}
