//go:build !unix

package launch

import (
	"context"
	"io"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Guard is for systems where a parent has to look after its children. Here a job does, see process_windows.go.
func Guard(context.Context, []string, io.Reader) error {
	return phrase.Errorf(phrase.ProcessGuardOther)
}
