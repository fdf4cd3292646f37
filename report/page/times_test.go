package page

import (
	"strings"
	"testing"
)

// What the distributions tell stands in no second table; what they don't tell does.
func TestTimesAreToldOnce(t *testing.T) {
	t.Parallel()
	r := madeFail().report(t)
	const table = `id="group-times"`
	if html := string(r.page(t)); strings.Contains(html, table) || !strings.Contains(html, `class="spread"`) {
		t.Error("times stand in two tables, or in none")
	}
	r.Story.Spreads = r.Story.Spreads[:1]
	if !strings.Contains(string(r.page(t)), table) {
		t.Error("no table has the times of which there is no distribution")
	}
}
