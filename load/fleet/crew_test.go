package fleet

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestCrew has more jobs than hands: they are begun in order, never more at once than there are hands, and each knows whether it
// had to wait.
func TestCrew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const hands, jobs = 3, 10
		c := crew{size: hands}
		var mu sync.Mutex
		var begun, waited []int
		busy, most := 0, 0
		began := time.Now()
		for i := range jobs {
			c.do(func(had bool) {
				mu.Lock()
				begun = append(begun, i)
				if had {
					waited = append(waited, i)
				}
				busy++
				most = max(most, busy)
				mu.Unlock()
				<-time.After(time.Second)
				mu.Lock()
				busy--
				mu.Unlock()
			})
			synctest.Wait() // else the first few may begin in any order
		}
		c.wait()
		slices.Sort(begun[hands:6])
		slices.Sort(begun[6:9])
		slices.Sort(waited)
		if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}; !slices.Equal(begun, want) || !slices.Equal(waited, want[hands:]) {
			t.Errorf("begun %v, having waited %v", begun, waited)
		}
		if took := time.Since(began); most != hands || took != 4*time.Second {
			t.Errorf("%d at once, in %v", most, took)
		}
		c.do(func(had bool) {
			if had {
				t.Error("one who finds hands free had to wait")
			}
		})
		c.wait()
	})
}
