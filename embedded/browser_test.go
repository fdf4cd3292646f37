package embedded

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/peertest/chromium"
)

// playerPage plays a stream with mpegts.js and keeps what happened in window.seen.
const playerPage = `<!DOCTYPE html><video id="v" muted autoplay playsinline></video><script src="/mpegts.js"></script><script>
window.seen = {Errors: [], Time: 0, Frames: 0};
const player = mpegts.createPlayer({type: "flv", isLive: true, url: %q});
player.on(mpegts.Events.ERROR, (kind, detail, info) => seen.Errors.push([kind, detail, info && info.msg].join(": ")));
player.attachMediaElement(v);
v.addEventListener("error", () => seen.Errors.push("video: " + v.error.message));
v.addEventListener("timeupdate", () => { seen.Time = v.currentTime; seen.Frames = v.getVideoPlaybackQuality().totalVideoFrames; });
player.load();
player.play();
</script>`

// mpegtsJS is where the player is: named by the environment, or put there by make peers.
func mpegtsJS(t *testing.T) string {
	path := os.Getenv("FLVSTORM_MPEGTS")
	if path == "" {
		path = filepath.Join("..", ".peers", "node_modules", "mpegts.js", "dist", "mpegts.js")
	}
	if _, err := os.Stat(path); err != nil {
		peertest.Missing(t, "mpegts.js")
	}
	return path
}

// mpegts.js in a real browser plays what ffmpeg publishes, from a page of another origin, while two ffprobe read it: for
// half a minute the picture moves on, and none of them has anything to say.
func TestBrowserPlays(t *testing.T) {
	t.Parallel()
	const watch = 27 * time.Second
	script := mpegtsJS(t)
	ctx, cancel := context.WithTimeout(context.Background(), watch+2*chromium.Patience)
	defer cancel()
	r := start(t, Config{})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mpegts.js", func(w http.ResponseWriter, req *http.Request) { http.ServeFile(w, req, script) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, playerPage, "http://"+r.HTTPAddr()+"/live/s0.flv")
	})
	site := httptest.NewServer(mux)
	defer site.Close()
	ctx = chromium.Start(t, ctx, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	if err := chromedp.Do(ctx, chromedp.Navigate(site.URL)); err != nil {
		t.Fatal(err)
	}
	r.log.wait(t, "/live/s0.flv, content-length", 1)
	ffprobe := peertest.Program(t, "ffprobe")
	probes := make(chan string, 2)
	for range cap(probes) {
		go func() {
			out, err := exec.CommandContext(ctx, ffprobe, "-hide_banner", "-loglevel", "warning", "-count_packets",
				"-show_entries", "stream=codec_name", "-of", "csv=p=0", "http://"+r.HTTPAddr()+"/live/s0.flv").CombinedOutput()
			probes <- fmt.Sprintf("%v %s", err, out)
		}()
	}
	r.log.wait(t, "/live/s0.flv, content-length", 3)
	// Longer than the watching, so that the end of the stream is not part of it.
	publisher := r.encode(t, "s0", watch+3*time.Second)

	type sight struct {
		Errors []string
		Time   float64
		Frames int
	}
	var seen sight
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(watch + chromium.Patience); seen.Time < watch.Seconds() && len(seen.Errors) == 0; <-tick.C {
		if time.Now().After(deadline) {
			break
		}
		var err error
		if seen, err = chromedp.Run(ctx, chromedp.Evaluate[sight]("seen")); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen.Errors) > 0 || seen.Time < watch.Seconds() || seen.Frames < int(watch.Seconds())*20 {
		t.Errorf("the player got to %.1f s with %d frames; errors: %q", seen.Time, seen.Frames, seen.Errors)
	}
	t.Logf("played %.1f s, %d frames", seen.Time, seen.Frames)
	if said := publisher(); said != "" {
		t.Errorf("ffmpeg says %s", said)
	}
	for range cap(probes) {
		if said := <-probes; said != "<nil> h264\naac\n" {
			t.Errorf("ffprobe says %q", said)
		}
	}
}
