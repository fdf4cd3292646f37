//go:build !linux

package target

// reap waits for the end of the process.
func (p *Process) reap() {
	p.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaped = true
}
