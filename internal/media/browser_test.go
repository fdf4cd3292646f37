package media

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/peertest/chromium"
)

// playerPage plays /clip.flv with mpegts.js at four times its speed. It keeps errors, how far it got, and the colour in the
// middle of each bar of the test card.
const playerPage = `<!DOCTYPE html><video id="v" muted autoplay playsinline></video><canvas id="c" width="256" height="144"></canvas>
<script src="/mpegts.js"></script><script>
window.seen = {Errors: [], Time: 0, Width: 0, Height: 0, Bars: []};
const player = mpegts.createPlayer({type: "flv", url: "/clip.flv"});
player.on(mpegts.Events.ERROR, (kind, detail, info) => seen.Errors.push([kind, detail, info && info.msg].join(": ")));
player.attachMediaElement(v);
v.addEventListener("error", () => seen.Errors.push("video: " + v.error.message));
v.addEventListener("timeupdate", () => {
	v.playbackRate = 4;
	const g = c.getContext("2d");
	g.drawImage(v, 0, 0);
	seen.Bars = [...Array(8).keys()].map(i => [...g.getImageData(i * 32 + 16, 40, 1, 1).data.slice(0, 3)]);
	[seen.Time, seen.Width, seen.Height] = [v.currentTime, v.videoWidth, v.videoHeight];
});
player.load();
player.play();
</script>`

// TestBrowserPlays lets mpegts.js in Chromium play beyond the end of a lap, and looks at the colours.
func TestBrowserPlays(t *testing.T) {
	chromium.Program(t)
	script := os.Getenv("FLVSTORM_MPEGTS")
	if script == "" {
		script = filepath.Join("..", "..", ".peers", "node_modules", "mpegts.js", "dist", "mpegts.js")
	}
	if _, err := os.Stat(script); err != nil {
		peertest.Missing(t, "mpegts.js")
	}
	c, err := Synthetic(Spec{})
	if err != nil {
		t.Fatal(err)
	}
	file := record(t, c, 20*time.Second)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mpegts.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, script) })
	mux.HandleFunc("GET /clip.flv", func(w http.ResponseWriter, _ *http.Request) { w.Write(file) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, playerPage)
	})
	site := httptest.NewServer(mux)
	defer site.Close()

	ctx, cancel := context.WithTimeout(context.Background(), chromium.Patience)
	defer cancel()
	ctx = chromium.Start(t, ctx, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	if err := chromedp.Do(ctx, chromedp.Navigate(site.URL)); err != nil {
		t.Fatal(err)
	}

	type sight struct {
		Errors              []string
		Time, Width, Height float64
		Bars                [][]float64
	}
	const watch = 12.0 // s of the stream
	var seen sight
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for seen.Time < watch && len(seen.Errors) == 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the player got to %v s: %v", seen.Time, ctx.Err())
		}
		if seen, err = chromedp.Run(ctx, chromedp.Evaluate[sight]("seen")); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen.Errors) > 0 || seen.Width != 256 || seen.Height != 144 {
		t.Fatalf("errors %q, %v x %v", seen.Errors, seen.Width, seen.Height)
	}
	// 75 % bars: red, green and blue are either full (191) or nothing.
	for i, want := range [][]float64{{1, 1, 1}, {1, 1, 0}, {0, 1, 1}, {0, 1, 0}, {1, 0, 1}, {1, 0, 0}, {0, 0, 1}, {0, 0, 0}} {
		for j, full := range want {
			if got := seen.Bars[i][j]; got < full*191-12 || got > full*191+12 {
				t.Errorf("bar %d is %v, want 191 times %v", i, seen.Bars[i], want)
			}
		}
	}
}
