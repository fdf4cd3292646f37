package phrase

// Sentences about the chaos that was asked for.
const (
	ChaosGapSyntax    ID = "chaos.gap.syntax"
	ChaosGapOrder     ID = "chaos.gap.order"
	ChaosGapBounds    ID = "chaos.gap.bounds"
	ChaosLeaveUnknown ID = "chaos.leave.unknown"
	ChaosLeaveTwice   ID = "chaos.leave.twice"
	ChaosLeaveWeight  ID = "chaos.leave.weight"
	ChaosLive         ID = "chaos.live"
	ChaosContenders   ID = "chaos.contenders"
	ChaosGrace        ID = "chaos.grace"
	ChaosStuckAfter   ID = "chaos.stuck-after"
	ChaosDuration     ID = "chaos.duration"
	ChaosVanish       ID = "chaos.vanish"
)

// chaos is the English of this area.
var chaos = map[ID]string{
	ChaosGapSyntax:    "--gap %q: must be a duration (50ms), a range (0..200ms) or a sweep (sweep:0..500ms)",
	ChaosGapOrder:     "--gap %q: the range goes backwards; write the shorter gap first",
	ChaosGapBounds:    "--gap %q: must be 0 to %v",
	ChaosLeaveUnknown: "--leave: there is no departure %q; there are %s",
	ChaosLeaveTwice:   "--leave: %q stands twice; give it a weight instead, as in fin=2",
	ChaosLeaveWeight:  "--leave %q: a weight is a whole number from 1 to %d, as in fin=2",
	ChaosLive:         "--live %v: must be 1ms or more",
	ChaosContenders:   "--contenders %d: must be 0 to %d",
	ChaosGrace:        "--grace %v: must be 1ms to 1h",
	ChaosStuckAfter:   "--stuck-after %v: must be at least --grace (%v) and at most 1h",
	ChaosDuration:     "--duration %v is too short for --gap %v: one round of it takes %v",
	ChaosVanish: "--leave vanish with --duration %v: a server of profile %s may take %v to notice a silent publisher; " +
		"give --duration %v or more",
}
