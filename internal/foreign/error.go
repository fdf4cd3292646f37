package foreign

// Error is an error whose text was made fit to be shown. The error itself is for errors.Is and errors.As.
type Error struct {
	Text  string
	Cause error
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }
