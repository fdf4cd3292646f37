package metrics

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Bounds of one scrape. Prometheus gives up after ten seconds unless it is told otherwise.
const (
	scrapeWithin  = 10 * time.Second
	maxScrapes    = 4 // at once
	maxHeadBytes  = 16 << 10
	idleScrapes   = 2 * time.Minute // Prometheus asks every minute unless it is told otherwise
	shutdownAfter = time.Second
)

// server is the listener between Listen and Serve.
type server struct{ listener net.Listener }

// Listen takes an address to serve metrics at: "127.0.0.1:9464". A port alone, "9464" or ":9464", is one of this machine's loopback
// address: what a run does is shown to others only where "0.0.0.0:9464" or "[::]:9464" asks for it. The error is one line with a
// hint.
func (e *Exporter) Listen(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil && !strings.Contains(addr, ":") {
		host, port, err = "", addr, nil
	}
	if err != nil {
		return phrase.Errorf(phrase.MetricsAddress, addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return phrase.Errorf(phrase.MetricsAddress, addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	e.server.listener, err = net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return phrase.Errorf(phrase.MetricsListen, addr, err)
	}
	return nil
}

// Addr is where metrics are served, "" before Listen. The system chooses the port where 0 was asked for.
func (e *Exporter) Addr() string {
	if e.server.listener == nil {
		return ""
	}
	return e.server.listener.Addr().String()
}

// Serve answers GET /metrics, and GET / with a link to that, until ctx ends. Listen has to have taken an address.
func (e *Exporter) Serve(ctx context.Context) error {
	registry, err := e.registry()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: maxScrapes, Timeout: scrapeWithin, EnableOpenMetrics: true,
	}))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><title>flvstorm</title><a href="metrics">metrics</a>`+"\n")
	})
	s := &http.Server{
		Handler: mux, ReadTimeout: scrapeWithin, WriteTimeout: 2 * scrapeWithin, IdleTimeout: idleScrapes, MaxHeaderBytes: maxHeadBytes,
		ErrorLog: log.New(io.Discard, "", 0), // what an asker does wrong is no news of the run
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		// Whoever is being answered gets the answer; whoever takes it too slowly does not.
		within, cancel := context.WithTimeout(context.Background(), shutdownAfter)
		defer cancel()
		if s.Shutdown(within) != nil {
			s.Close()
		}
	})
	err = s.Serve(e.server.listener)
	if !stop() {
		<-ended
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
