package phrase

// Sentences about the way to a server: TLS, detours, headers, files of streams, and the first look before a run.
const (
	ReachCACert        ID = "reach.cacert"
	ReachCACertEmpty   ID = "reach.cacert-empty"
	ReachCACertLong    ID = "reach.cacert-long"
	ReachConnectTo     ID = "reach.connect-to"
	ReachConnectToPort ID = "reach.connect-to-port"
	ReachHeaderName    ID = "reach.header-name"
	ReachHeaderValue   ID = "reach.header-value"
	ReachHeaderLong    ID = "reach.header-long"
	ReachHeaderOurs    ID = "reach.header-ours"
	ReachHeaderHost    ID = "reach.header-host"
	ReachHeaderTwice   ID = "reach.header-twice"

	ReachExpired          ID = "reach.expired"
	ReachTooEarly         ID = "reach.too-early"
	ReachWrongName        ID = "reach.wrong-name"
	ReachNoName           ID = "reach.no-name"
	ReachUnknownAuthority ID = "reach.unknown-authority"
	ReachSomebody         ID = "reach.somebody"
	ReachBadCertificate   ID = "reach.bad-certificate"
	ReachAlert            ID = "reach.alert"
	ReachNotTLS           ID = "reach.not-tls"
	ReachTLSSilent        ID = "reach.tls-silent"
	ReachTLSHangsUp       ID = "reach.tls-hangs-up"
	ReachTLSFails         ID = "reach.tls-fails"
	ReachSpeaksTLS        ID = "reach.speaks-tls"
	ReachSpeaksPlain      ID = "reach.speaks-plain"
	ReachRedirectTLS      ID = "reach.redirect-tls"

	ReachStreams       ID = "reach.streams"
	ReachStreamsLong   ID = "reach.streams-long"
	ReachStreamsEmpty  ID = "reach.streams-empty"
	ReachStreamsMany   ID = "reach.streams-many"
	ReachStreamsCSV    ID = "reach.streams-csv"
	ReachStreamsHead   ID = "reach.streams-head"
	ReachStreamsColumn ID = "reach.streams-column"
	ReachStreamsFields ID = "reach.streams-fields"
	ReachStreamsNoName ID = "reach.streams-no-name"
	ReachStreamsName   ID = "reach.streams-name"
	ReachStreamsTwice  ID = "reach.streams-twice"
	ReachStreamsNoPlay ID = "reach.streams-no-play"

	ReachOurs          ID = "reach.ours"
	ReachPublish       ID = "reach.publish"
	ReachPublishTLS    ID = "reach.publish-tls"
	ReachPublishStatus ID = "reach.publish-status"
	ReachPublishClosed ID = "reach.publish-closed"
	ReachPublishSilent ID = "reach.publish-silent"
	ReachPlay          ID = "reach.play"
	ReachPlayAlone     ID = "reach.play-alone"
	ReachPlayNot       ID = "reach.play-not"
	ReachPlayOther     ID = "reach.play-other"
	ReachPlayEnds      ID = "reach.play-ends"
	ReachPlaySilent    ID = "reach.play-silent"
	ReachNoFLV         ID = "reach.no-flv"
	ReachMayDeny       ID = "reach.may-deny"
	ReachMayLimit      ID = "reach.may-limit"
	ReachMayClose      ID = "reach.may-close"
	ReachMayHang       ID = "reach.may-hang"
	ReachMayMiss       ID = "reach.may-miss"
	ReachMayGateway    ID = "reach.may-gateway"
)

// reach is the English of this area.
var reach = map[ID]string{
	ReachCACert:        "--cacert %s: cannot be read: %v",
	ReachCACertEmpty:   "--cacert %s: holds no certificate; give a PEM file with the lines BEGIN CERTIFICATE and END CERTIFICATE",
	ReachCACertLong:    "--cacert %s: is longer than %d MiB; give a PEM file of the authorities of this server alone",
	ReachConnectTo:     "--connect-to %q: give HOST1:PORT1:HOST2:PORT2, for example live.example.com:443:127.0.0.1:8443; parts may be empty, IPv6 addresses stand in []",
	ReachConnectToPort: "--connect-to %q: the port %s is not between 1 and 65535",
	ReachHeaderName:    "--header %s: give a name, a colon and a value, for example --header 'X-Token: abc'",
	ReachHeaderValue:   "--header %s: a line break or another control character stands in the value; take it out",
	ReachHeaderLong:    "--header %s: is longer than %d bytes, which no common server takes",
	ReachHeaderOurs:    "--header %s: says how flvstorm's own connection works, or would change what is measured; leave it out",
	ReachHeaderHost:    "--header %s: give the name of one host, with a port if need be",
	ReachHeaderTwice:   "--header %s: is given twice; a request names one host",

	ReachExpired:          "%s: the certificate of %s expired on %s: renew it, or run with --insecure to test all the same",
	ReachTooEarly:         "%s: the certificate of %s is not valid before %s: is this machine's clock right? --insecure takes it all the same",
	ReachWrongName:        "%s: the certificate is for %s, not for %s: use a name from it in the URL (--connect-to leads that name to another address), or run with --insecure",
	ReachNoName:           "no host at all",
	ReachUnknownAuthority: "%s: the certificate is signed by %s, whom this machine does not know: give that authority's certificate with --cacert FILE, or run with --insecure",
	ReachSomebody:         "an authority without a name",
	ReachBadCertificate:   "%s: the certificate is not accepted: %s; --insecure takes it all the same",
	ReachAlert:            "%s refuses TLS with us: %s",
	ReachNotTLS:           "%s does not speak TLS, it answers %q: is that the port without TLS (rtmp://, http://)?",
	ReachTLSSilent:        "%s takes the connection and then says nothing to a TLS handshake: is that a port with TLS, and is the server hanging?",
	ReachTLSHangsUp:       "%s closes the connection during the TLS handshake: is that a port with TLS?",
	ReachTLSFails:         "%s: the TLS handshake fails: %s",
	ReachSpeaksTLS:        "%s speaks TLS: use %s:// in %s",
	ReachSpeaksPlain:      "%s does not speak TLS, and answers without it: use %s:// in %s",
	ReachRedirectTLS:      "the answer sends us to TLS (%s), which is not followed: use that URL for --play-url",

	ReachStreams:       "--streams-file %s: cannot be read: %v",
	ReachStreamsLong:   "--streams-file %s: is longer than %d MiB; is it the right file?",
	ReachStreamsEmpty:  "--streams-file %s: holds no stream; give a line for each below the line stream,publish_url,play_url",
	ReachStreamsMany:   "--streams-file %s: is one stream too many; at most %d can be run from one machine",
	ReachStreamsCSV:    "--streams-file %s: %v; a field with a comma or a quote in it stands in quotes, and a quote in it is doubled",
	ReachStreamsHead:   "--streams-file %s: there is no such column, or it stands there twice: %q; the first line has to be stream,publish_url,play_url",
	ReachStreamsColumn: "--streams-file %s: the column %s is missing; the first line has to be stream,publish_url,play_url",
	ReachStreamsFields: "--streams-file %s: has %d fields, and the first line names %d; a comma in a URL needs quotes around it",
	ReachStreamsNoName: "--streams-file %s: the stream has no name; give each one of its own",
	ReachStreamsName:   "--streams-file %s: the name %q has in it what means something in a URL, or is longer than %d bytes; use letters, digits, '.', '_' and '-'",
	ReachStreamsTwice:  "--streams-file %s: the %s %s stands on %s already; streams of one run have to differ in it",
	ReachStreamsNoPlay: "--streams-file %s: has no play_url; give one, or run with --players 0",

	ReachOurs:          "cannot connect to %s because this machine ran out of something: %s; raise the limit (ulimit -n) or ask for less",
	ReachPublish:       "publish %s: %s; look at --publish-url",
	ReachPublishTLS:    "publish %s: %s",
	ReachPublishStatus: "publish %s: the server refuses: %s; %s",
	ReachPublishClosed: "publish %s: the server closes the connection at the stage %q without a word; %s",
	ReachPublishSilent: "publish %s: no answer at the stage %q; %s",
	ReachPlay:          "play %s: %s, though the stream is being published: %s",
	ReachPlayAlone:     "play %s: %s: does anybody publish that stream? --play-only plays what is there already",
	ReachPlayNot:       "play %s: %s; look at --play-url",
	ReachPlayOther:     "play %s: brings another stream than the one that is being published; look at --play-url and --publish-url",
	ReachPlayEnds:      "the connection ends before a frame has come",
	ReachPlaySilent:    "no frame within %v",
	ReachNoFLV:         "the answer is not FLV (%v)",
	ReachMayDeny:       "does the server want a token in the URL or a --header, or does a hook of it say no?",
	ReachMayLimit:      "has the server too many connections already?",
	ReachMayClose:      "does it want a token in the URL, does it know the app, has it too many connections? its log may say",
	ReachMayHang:       "is the server hanging, or busy with a hook that does not answer?",
	ReachMayMiss:       "does --play-url lead to the same stream as --publish-url, with the path and the ending that this server wants?",
	ReachMayGateway:    "a proxy is there that can't reach the server behind it",
}
