package embedded

import (
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// big is a frame that fills sockets quickly.
func (p *pub) big(timestamp uint32, key bool) {
	body := make([]byte, 100_000)
	copy(body, interframe)
	if key {
		copy(body, keyframe)
	}
	p.message(flv.Video, timestamp, body)
}

// A viewer that does not read holds up nobody, costs no more than its bound, and when it reads again it goes on at a
// keyframe, without a torn tag.
func TestSlowViewer(t *testing.T) {
	const bound = 1 << 20
	r := start(t, Config{ViewerBytes: bound, ViewerPatience: patience, Gather: 1})
	slow, quick := r.viewers(t, "s0", 1)[0], r.viewers(t, "s0", 1)[0]
	slow.nc.SetReadBuffer(64 << 10)
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	const n = 400 // 40 MB: more than the kernel's buffers hold
	for i := range n {
		p.big(uint32(i), i%10 == 0)
		if tag := quick.media(); tag.Timestamp != uint32(i) {
			t.Fatalf("the quick viewer gets %d after %d", tag.Timestamp, i)
		}
		most := 0
		k := r.keys.hold("live/s0")
		k.mu.Lock()
		for _, v := range k.mount.viewers {
			v.mu.Lock()
			most = max(most, v.queued)
			v.mu.Unlock()
		}
		k.mu.Unlock()
		r.keys.drop(k)
		if most > bound {
			t.Fatalf("%d bytes are queued", most)
		}
	}
	quick.nc.Close()
	// Now the slow one reads, and the publisher goes on.
	stop := make(chan struct{})
	var publishing sync.WaitGroup
	publishing.Go(func() {
		for i := n; ; i++ {
			select {
			case <-stop:
				p.nc.Close()
				return
			default:
				p.big(uint32(i), i%10 == 0)
			}
		}
	})
	defer publishing.Wait()
	defer close(stop)
	for last, dropped := -1, false; !dropped || last < n; {
		tag := slow.media()
		if int(tag.Timestamp) != last+1 {
			dropped = true
			if !tag.Keyframe() || int(tag.Timestamp) <= last {
				t.Fatalf("%d follows %d, keyframe: %v", tag.Timestamp, last, tag.Keyframe())
			}
		}
		last = int(tag.Timestamp)
	}
}

// A viewer whose socket takes nothing is closed.
func TestStalledViewerIsClosed(t *testing.T) {
	r := start(t, Config{ViewerBytes: 1 << 20, ViewerPatience: 100 * time.Millisecond})
	r.viewers(t, "s0", 1)
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	sent := 0
	r.until(t, func() bool {
		p.big(uint32(sent), true)
		sent++
		k := r.keys.hold("live/s0")
		defer r.keys.drop(k)
		_, viewers := k.clients()
		return len(viewers) == 0
	})
}

// The end of a publish does not wait for a viewer that does not read, and what it had coming still comes.
func TestEndingWithASlowViewer(t *testing.T) {
	r := start(t, Config{ViewerBytes: 64 << 20, busy: patience})
	slow := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	const n = 200
	for i := range n {
		p.big(uint32(i), i == 0)
	}
	p.nc.Close()
	r.publish(t, "s0")
	if frames, err := slow.end(); err != io.EOF || frames != n {
		t.Errorf("%d frames of %d, then %v", frames, n, err)
	}
}

// A viewer that comes in the middle of a group that was too large to keep begins with the next keyframe.
func TestJoiningWithoutAGOP(t *testing.T) {
	r := start(t, Config{GOPBytes: 150_000})
	first := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	p.big(0, true)
	p.big(1, false)
	p.big(2, false)
	for range 3 {
		first.media()
	}
	late := r.viewers(t, "s0", 2)[1]
	p.big(3, false)
	p.big(4, true)
	if tag := late.media(); tag.Timestamp != 4 {
		t.Errorf("it begins with %d", tag.Timestamp)
	}
}

// A decoder configuration that changes while a viewer waits for a keyframe comes with that keyframe.
func TestNewConfigurationWhileSkipping(t *testing.T) {
	r := start(t, Config{GOPBytes: 150_000})
	first := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	p.big(0, true)
	p.big(1, false)
	for range 2 {
		first.media()
	}
	late := r.viewers(t, "s0", 2)[1]
	p.message(flv.Video, 2, otherHeader)
	p.big(3, true)
	p.big(4, true)
	p.nc.Close()
	var got []uint32
	for {
		tag, err := late.scan()
		if err != nil {
			break
		}
		if tag.IsSequenceHeader() {
			got = append(got, 1000*uint32(tag.Head[5])+tag.Timestamp)
			continue
		}
		got = append(got, tag.Timestamp)
	}
	if diff := cmp.Diff([]uint32{1000, 2003, 3, 4}, got); diff != "" {
		t.Error(diff)
	}
}

// So does one that was queued for a slow viewer and dropped; one that its socket has is not told again.
func TestNewConfigurationDropped(t *testing.T) {
	for _, tc := range []struct {
		name    string
		written bool // the queue is taken after the configuration came
		want    []byte
	}{
		{"dropped", false, []byte{2, 'k'}},
		{"written", true, []byte{'k'}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var o opening
			var g gatherer
			config := func(body []byte) {
				tag := flv.Tag{Type: flv.Video, Head: body}
				o.fill(o.slot(tag, body), body)
				g.add(flv.Video, 1, body, false)
			}
			v := &viewer{draining: true, opened: true, limits: &Config{ViewerBytes: 1000}}
			config(avcHeader)
			v.write(&o, g.take())
			v.take()
			config(otherHeader)
			v.write(&o, g.take())
			if tc.written {
				v.take()
			}
			g.add(flv.Video, 2, append(interframe[:len(interframe):len(interframe)], make([]byte, 500)...), false)
			v.write(&o, g.take())
			g.add(flv.Video, 3, append(interframe[:len(interframe):len(interframe)], make([]byte, 600)...), false)
			v.write(&o, g.take())
			if v.queued != 0 || !v.skipping {
				t.Fatalf("%d bytes are queued", v.queued)
			}
			g.add(flv.Video, 4, keyframe, true)
			v.write(&o, g.take())
			var got []byte
			for _, b := range v.queue {
				got = append(got, b[flv.TagHeaderSize+5]) // of the body: the version, or the kind of frame
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// However far apart the deliveries are, no more is held back than a bound.
func TestGatherIsBounded(t *testing.T) {
	r := start(t, Config{Gather: time.Hour, PublisherIdle: time.Hour})
	v := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	p.big(0, true)
	v.media()
	for i := range 2 * gatherBytes / 100_000 {
		p.big(uint32(i+1), false)
	}
	for range gatherBytes / 100_000 {
		v.media()
	}
}

// What nobody could decode is not sent: a publish begins with its first keyframe, though sound may come before.
func TestNothingBeforeTheFirstKeyframe(t *testing.T) {
	r := start(t, Config{})
	v := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	p.message(flv.Audio, 0, aacHeader)
	p.message(flv.Video, 1, interframe)
	p.message(flv.Audio, 2, aacFrame)
	p.message(flv.Video, 3, interframe)
	p.message(flv.Video, 4, keyframe)
	for _, want := range []uint32{2, 4} {
		if tag := v.media(); tag.Timestamp != want {
			t.Errorf("got frame %d, want %d", tag.Timestamp, want)
		}
	}
}

// Sound alone is served at once, and to who comes later.
func TestAudioOnly(t *testing.T) {
	r := start(t, Config{})
	p := r.publish(t, "s0")
	p.message(flv.Audio, 0, aacHeader)
	p.message(flv.Audio, 1, aacFrame)
	r.until(t, func() bool {
		k := r.keys.hold("live/s0")
		defer r.keys.drop(k)
		return k.frames.Load() == 1
	})
	v := r.viewers(t, "s0", 1)[0]
	p.message(flv.Audio, 2, aacFrame)
	for _, want := range []uint32{1, 2} {
		if tag := v.media(); tag.Timestamp != want {
			t.Errorf("got frame %d, want %d", tag.Timestamp, want)
		}
	}
}

// A new decoder configuration in the middle reaches who is there, and who comes later gets nothing from before it.
func TestNewConfiguration(t *testing.T) {
	r := start(t, Config{})
	early := r.viewers(t, "s0", 1)[0]
	p := r.publish(t, "s0")
	p.message(flv.Video, 0, avcHeader)
	p.message(flv.Video, 0, keyframe)
	p.message(flv.Video, 1, otherHeader)
	p.message(flv.Video, 1, keyframe)
	type seen struct {
		sequence byte
		frame    uint32
	}
	var got []seen
	for len(got) < 4 {
		tag := early.tag()
		s := seen{frame: tag.Timestamp}
		if tag.IsSequenceHeader() {
			s.sequence = tag.Head[5]
		}
		got = append(got, s)
	}
	if want := [...]seen{{1, 0}, {0, 0}, {2, 1}, {0, 1}}; [4]seen(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
	late := r.view(t, "s0")
	if tag := late.tag(); !tag.IsSequenceHeader() || tag.Head[5] != 2 {
		t.Errorf("a late viewer begins with %v", tag)
	}
	if tag := late.tag(); !tag.Keyframe() || tag.Timestamp != 1 {
		t.Errorf("and goes on with %v", tag)
	}
}

// A viewer that leaves in the middle is taken off.
func TestLeavingViewer(t *testing.T) {
	r := start(t, Config{})
	viewers := r.viewers(t, "s0", 3)
	p := r.publish(t, "s0")
	p.headers()
	p.frames(1)
	for _, v := range viewers {
		v.media()
	}
	viewers[0].nc.Close()
	viewers[1].reset()
	r.until(t, func() bool {
		k := r.keys.hold("live/s0")
		defer r.keys.drop(k)
		_, left := k.clients()
		return len(left) == 1
	})
	p.frames(10)
	viewers[2].media()
	p.nc.Close()
	if _, err := viewers[2].end(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}
