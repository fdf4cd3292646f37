package embedded

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// encode runs ffmpeg as a publisher of a moving picture and a tone, in real time, for that long. The function it returns
// waits for its end and returns what it complained about.
func (r *running) encode(t testing.TB, stream string, d time.Duration) func() string {
	t.Helper()
	seconds := fmt.Sprintf("%g", d.Seconds())
	cmd := exec.Command(peertest.Program(t, "ffmpeg"), "-hide_banner", "-nostdin", "-loglevel", "warning",
		"-re", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100",
		"-t", seconds, "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25",
		"-c:a", "aac", "-b:a", "64k", "-f", "flv", "-flvflags", "no_duration_filesize", "rtmp://"+r.RTMPAddr()+"/live/"+stream)
	var complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &complaints, &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	wait := sync.OnceValue(func() string {
		select {
		case err := <-done:
			if err != nil {
				fmt.Fprintf(&complaints, "%v\n", err)
			}
		case <-time.After(d + patience):
			cmd.Process.Kill()
			<-done
			complaints.WriteString("it did not end\n")
		}
		return complaints.String()
	})
	t.Cleanup(func() {
		if t.Failed() {
			cmd.Process.Kill()
		}
		wait()
	})
	return wait
}

// ffmpeg publishes; ffprobe, ffplay and curl read it to the end without a word of complaint, and what they got is FLV.
func TestFFmpegPublishes(t *testing.T) {
	t.Parallel()
	ffprobe, ffplay, curl, flvmeta := peertest.Program(t, "ffprobe"), peertest.Program(t, "ffplay"), peertest.Program(t, "curl"), peertest.Program(t, "flvmeta")
	r := start(t, Config{})
	url := "http://" + r.HTTPAddr() + "/live/s0.flv"
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var all sync.WaitGroup
	for _, version := range []string{"--http1.1", "--http1.0"} {
		all.Go(func() {
			// curl waits for the publish. Its status is not zero when a chunked body ends without its last chunk.
			file := filepath.Join(t.TempDir(), "s0.flv")
			out, err := exec.CommandContext(ctx, curl, "-sS", "--fail", version, "-o", file, url).CombinedOutput()
			if err != nil {
				t.Errorf("curl %s: %v, %s", version, err, out)
			}
			if out, err := exec.CommandContext(ctx, flvmeta, "--check", "--level", "error", file).CombinedOutput(); err != nil {
				t.Errorf("flvmeta: %v, %s", err, out)
			}
		})
	}
	all.Go(func() {
		play := exec.CommandContext(ctx, ffplay, "-hide_banner", "-autoexit", "-loglevel", "error", url)
		play.Env = append(os.Environ(), "SDL_VIDEODRIVER=dummy", "SDL_AUDIODRIVER=dummy")
		if out, err := play.CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
			t.Errorf("ffplay: %v, %s", err, out)
		}
	})
	all.Go(func() {
		out, err := exec.CommandContext(ctx, ffprobe, "-hide_banner", "-loglevel", "warning", "-count_packets",
			"-show_entries", "stream=codec_name,nb_read_packets", "-of", "csv=p=0", url).CombinedOutput()
		if err != nil {
			t.Errorf("ffprobe: %v", err)
		}
		var video, audio int
		for line := range strings.Lines(string(out)) {
			if n, err := fmt.Sscanf(line, "h264,%d\n", &video); n == 1 && err == nil {
				continue
			}
			if n, err := fmt.Sscanf(line, "aac,%d\n", &audio); n == 1 && err == nil {
				continue
			}
			t.Errorf("ffprobe says %q", line)
		}
		if video != 75 || audio < 120 {
			t.Errorf("ffprobe counts %d pictures and %d packets of sound", video, audio)
		}
	})
	r.log.wait(t, "/live/s0.flv, content-length", 4)
	publisher := r.encode(t, "s0", 3*time.Second)
	all.Wait()
	if said := publisher(); said != "" {
		t.Errorf("ffmpeg says %s", said)
	}
	r.log.wait(t, "http: unmount flv stream for sid=/live/s0", 1)
}
