package phrase

// chaosZh is the Chinese of this area.
var chaosZh = map[ID]string{
	ChaosGapSyntax:    "--gap %q：必须是时长（50ms）、范围（0..200ms）或扫描（sweep:0..500ms）",
	ChaosGapOrder:     "--gap %q：范围写反了；请把较短的间隔写在前面",
	ChaosGapBounds:    "--gap %q：必须在 0 到 %v 之间",
	ChaosLeaveUnknown: "--leave：没有断开方式 %q；可用的有 %s",
	ChaosLeaveTwice:   "--leave：%q 出现了两次；请改用权重，例如 fin=2",
	ChaosLeaveWeight:  "--leave %q：权重必须是 1 到 %d 的整数，例如 fin=2",
	ChaosLive:         "--live %v：不能小于 1ms",
	ChaosContenders:   "--contenders %d：必须在 0 到 %d 之间",
	ChaosGrace:        "--grace %v：必须在 1ms 到 1h 之间",
	ChaosStuckAfter:   "--stuck-after %v：不能小于 --grace（%v），且不超过 1h",
	ChaosDuration:     "--duration %v 对 --gap %v 来说太短：一轮就需要 %v",
	ChaosVanish: "--leave vanish 与 --duration %v：profile 为 %s 的服务器可能要 %v 才能察觉静默的推流端；" +
		"请给 --duration %v 或更长",
}
