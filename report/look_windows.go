package report

import (
	"os"

	"golang.org/x/sys/windows"
)

// speaksColour asks the console to understand control sequences, which it does from Windows 10 on.
func speaksColour(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
