//go:build !windows

package report

import "os"

// speaksColour says whether a terminal understands colours; outside Windows each does.
func speaksColour(*os.File) bool { return true }
