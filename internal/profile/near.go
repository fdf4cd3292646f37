package profile

// Nearest returns the one of names that word may be a slip of: with few letters wrong, missing, too many or swapped. Empty
// where none is near.
func Nearest(word string, names []string) string {
	best, least := "", 0
	for _, name := range names {
		if name == "" {
			continue
		}
		d := distance([]rune(word), []rune(name))
		if d <= 1+len(name)/4 && (best == "" || d < least) {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to change, to add, to leave out or to swap with their neighbour (optimal string alignment).
func distance(a, b []rune) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var before, above, row [65]int
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(above[j]+cost, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
		}
		before, above = above, row
	}
	return above[len(b)]
}
