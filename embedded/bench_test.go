package embedded

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
)

// BenchmarkReconnect is a viewer that comes back: connect, request, response, first bytes of the stream, reset.
func BenchmarkReconnect(b *testing.B) {
	r := start(b, Config{})
	p := r.publish(b, "s0")
	p.headers()
	p.frames(10)
	r.view(b, "s0").media()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		br := bufio.NewReader(nil)
		for pb.Next() {
			nc, err := net.Dial("tcp", r.HTTPAddr())
			if err != nil {
				b.Error(err)
				return
			}
			io.WriteString(nc, "GET /live/s0.flv HTTP/1.1\r\nHost: h\r\n\r\n")
			br.Reset(nc)
			resp, err := http.ReadResponse(br, nil)
			if err == nil {
				_, err = io.CopyN(io.Discard, resp.Body, 13)
			}
			if err != nil {
				b.Error(err)
			}
			nc.(*net.TCPConn).SetLinger(0)
			nc.Close()
		}
	})
}

// BenchmarkFanOut is what one batch of frames costs for all viewers of a key. The viewers' side is part of it.
func BenchmarkFanOut(b *testing.B) {
	for _, viewers := range []int{3, 300} {
		b.Run(fmt.Sprint(viewers), func(b *testing.B) {
			r := start(b, Config{})
			var all sync.WaitGroup
			for _, v := range r.viewers(b, "s0", viewers) {
				all.Go(func() { io.Copy(io.Discard, v.nc) })
			}
			p := r.publish(b, "s0")
			p.headers()
			p.frames(1)
			k := r.keys.hold("live/s0")
			r.until(b, func() bool { return k.frames.Load() == 1 })
			k.mu.Lock()
			m := k.mount
			k.mu.Unlock()
			body := make([]byte, 10_000) // 100 ms of 800 kbit/s
			copy(body, keyframe)
			b.SetBytes(int64(len(body) * viewers))
			b.ReportAllocs()
			for b.Loop() {
				m.mu.Lock()
				m.gather.add(9, 0, body, true)
				m.deliver()
				m.mu.Unlock()
			}
			p.nc.Close()
			all.Wait()
			r.keys.drop(k)
		})
	}
}
