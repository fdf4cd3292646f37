package check

import "testing"

// TestEachEndIsKept holds that each end of the server is a case, for it may be another error than those before it, and that of one key
// only so many are.
func TestEachEndIsKept(t *testing.T) {
	g := newGathered()
	for range 2 * maxCasesPerKey {
		g.add(part{code: ServerCrashed, count: 1})
		g.add(part{code: StuckBusy, count: 1, example: Case{Key: k0}})
	}
	whole := newGathered()
	whole.merge(g, "a case")
	for name, of := range map[string]*gathered{"of a run": g, "of a suite": whole} {
		if n := len(of.byID[string(ServerCrashed)].parts); n != 2*maxCasesPerKey {
			t.Errorf("%s: %d ends are kept, want all", name, n)
		}
		if n := len(of.byID[string(StuckBusy)].parts); n != maxCasesPerKey {
			t.Errorf("%s: %d cases of a key are kept", name, n)
		}
	}
}
