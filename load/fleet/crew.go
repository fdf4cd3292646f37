package fleet

import "sync"

// crew does jobs, each in a goroutine, in the order given and no more than size of them at once. Who waits for his turn costs
// no goroutine.
type crew struct {
	size int

	mu    sync.Mutex
	queue []func(waited bool)
	busy  int
	done  sync.WaitGroup
}

// do has job done. The job is told whether it had to wait because all hands were busy.
func (c *crew) do(job func(waited bool)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy == c.size {
		c.queue = append(c.queue, job)
		return
	}
	c.busy++
	c.done.Go(func() { c.work(job) })
}

// work does a job, and then those that wait.
func (c *crew) work(job func(bool)) {
	for waited := false; job != nil; waited = true {
		job(waited)
		job = c.turn()
	}
}

// turn takes the next job; nil sends the hand away.
func (c *crew) turn() func(bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		c.queue = nil
		c.busy--
		return nil
	}
	job := c.queue[0]
	c.queue[0] = nil
	c.queue = c.queue[1:]
	return job
}

// wait returns when all is done. Nobody may give it anything to do meanwhile.
func (c *crew) wait() { c.done.Wait() }
