package main

import (
	"strconv"
	"strings"
)

// bisecting reports whether the exit status is for git bisect. It looks at the words themselves, for a command line that
// can't be understood has to end with the right status too. The last word on it counts.
func bisecting(args []string) (is bool) {
	for _, arg := range args {
		flag, value, given := strings.Cut(arg, "=")
		if flag != "--bisect" {
			continue
		}
		on, err := strconv.ParseBool(value)
		is = !given || on || err != nil
	}
	return is
}

// bisectStatus is the exit status that `git bisect run` wants: 1 for a bad revision, 125 for one that can't be judged, and 128
// or more to give up: bad usage would be as bad with every revision, and who interrupts wants an end.
func bisectStatus(code int) int {
	switch code {
	case exitUsage:
		return 128
	case exitCannotRun:
		return 125
	}
	return code
}
