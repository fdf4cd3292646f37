package target

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// TLSError says that TCP was connected and TLS was not, in a sentence that names the address and what to do. Its cause
// is that of the sentence.
type TLSError struct {
	said *phrase.Error
}

func (e *TLSError) Error() string { return e.said.Error() }

// Unwrap returns the sentence.
func (e *TLSError) Unwrap() error { return e.said }

// secure makes TLS on nc, which was dialled for addr. On error nc is closed.
//
// Sessions are not resumed: neither encoders nor players do it as a rule, and each connection then costs the same,
// whichever ticket the server gave to whom. A return with a full connection pays a whole handshake within its time; an armed
// one has it behind itself.
func (r *Road) secure(ctx context.Context, nc net.Conn, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	conn := tls.Client(nc, r.tlsFor(addr))
	if err := conn.HandshakeContext(ctx); err != nil {
		nc.Close()
		return nil, &TLSError{said: insecure(addr, err)}
	}
	return conn, nil
}

// tlsFor is the configuration for the server at addr. Its name is that of the URL, whichever way the road leads.
func (r *Road) tlsFor(addr string) *tls.Config {
	cfg := &tls.Config{}
	if r.tls != nil {
		cfg = r.tls.Clone()
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	cfg.ServerName = unzoned(host)
	// Small records at the beginning would cut one write into several packets, and several system calls.
	cfg.DynamicRecordSizingDisabled = true
	return cfg
}

// insecure says why TLS with addr could not be made.
func insecure(addr string, err error) *phrase.Error {
	var (
		invalid x509.CertificateInvalidError
		name    x509.HostnameError
		unknown x509.UnknownAuthorityError
		bad     *tls.CertificateVerificationError
		record  tls.RecordHeaderError
	)
	const day = "2006-01-02 15:04 MST"
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		whose := foreign.Short(foreign.Clean(invalid.Cert.Subject.String()))
		if now := time.Now(); now.Before(invalid.Cert.NotBefore) {
			return because(err, phrase.ReachTooEarly, addr, whose, invalid.Cert.NotBefore.UTC().Format(day))
		}
		return because(err, phrase.ReachExpired, addr, whose, invalid.Cert.NotAfter.UTC().Format(day))
	case errors.As(err, &name):
		return because(err, phrase.ReachWrongName, addr, namesOf(name.Certificate), foreign.Clean(name.Host))
	case errors.As(err, &unknown):
		var issuer any = phrase.ReachSomebody
		if unknown.Cert != nil && unknown.Cert.Issuer.String() != "" {
			issuer = foreign.Short(foreign.Clean(unknown.Cert.Issuer.String()))
		}
		return because(err, phrase.ReachUnknownAuthority, addr, issuer)
	case errors.As(err, &bad):
		return because(err, phrase.ReachBadCertificate, addr, reason(bad.Err))
	case errors.As(err, &record) && isRecord(record.RecordHeader[:]):
		return because(err, phrase.ReachTLSFails, addr, reason(err))
	case errors.As(err, &record):
		return because(err, phrase.ReachNotTLS, addr, foreign.Clean(record.RecordHeader[:]))
	case isAlert(err):
		return because(err, phrase.ReachAlert, addr, reason(err))
	case timedOut(err):
		return because(err, phrase.ReachTLSSilent, addr)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isErrno(err, reset):
		return because(err, phrase.ReachTLSHangsUp, addr)
	default:
		return because(err, phrase.ReachTLSFails, addr, reason(err))
	}
}

// because makes a sentence whose cause is err, without its words: they may be long, and a stranger's.
func because(err error, id phrase.ID, args ...any) *phrase.Error {
	return &phrase.Error{ID: id, Args: args, Cause: err}
}

// namesOf lists whom a certificate is for, the first few.
func namesOf(c *x509.Certificate) any {
	const most = 5
	var names []string
	if c != nil {
		names = append(names, c.DNSNames...)
		for _, ip := range c.IPAddresses {
			names = append(names, ip.String())
		}
		if len(names) == 0 && c.Subject.CommonName != "" {
			// Only what old ones have, and nobody looks at any more (RFC 9525 §6.3).
			names = append(names, "CN="+c.Subject.CommonName)
		}
	}
	if len(names) == 0 {
		return phrase.ReachNoName
	}
	if len(names) > most {
		names = append(names[:most:most], "…")
	}
	for i, n := range names {
		names[i] = foreign.Short(foreign.Clean(n))
	}
	return phrase.Names(names)
}

// reason is the text of an error of TLS, which may quote a certificate.
func reason(err error) string { return foreign.Short(foreign.Clean(err.Error())) }

// isAlert reports whether err is an alert of the other side's: it ended the connection and said why (RFC 8446 §6).
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// isRecord reports whether what came looks like a record of TLS: its type, and 3 for the major version (RFC 8446 §5.1).
func isRecord(head []byte) bool {
	return len(head) >= 2 && head[0] >= 20 && head[0] <= 24 && head[1] == 3
}

// maxAuthorities bounds a file of authorities, in bytes; that of a whole system has a quarter of it.
const maxAuthorities = 1 << 20

// readAuthorities reads the value of --cacert.
func readAuthorities(path string) (*x509.CertPool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, phrase.Errorf(phrase.ReachCACert, path, err)
	}
	defer f.Close()
	pem, err := io.ReadAll(io.LimitReader(f, maxAuthorities+1))
	switch {
	case err != nil:
		return nil, phrase.Errorf(phrase.ReachCACert, path, err)
	case len(pem) > maxAuthorities:
		return nil, phrase.Errorf(phrase.ReachCACertLong, path, maxAuthorities>>20)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, phrase.Errorf(phrase.ReachCACertEmpty, path)
	}
	return pool, nil
}
