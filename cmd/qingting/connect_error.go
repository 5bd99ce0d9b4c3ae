package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// connectError says what to do about a connection that did not come about.
// Neither password nor token of the URL is repeated.
func connectError(servers string, err error) error {
	var parse *url.Error
	if errors.As(err, &parse) { // quotes the URL whole
		return usagef("--nats: the URL is malformed: %w; write nats://host:4222", parse.Err)
	}
	return fmt.Errorf("connecting to NATS at %s: %w; %s", hideUserInfo(servers), err, connectAdvice(err))
}

func connectAdvice(err error) string {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		timeout   net.Error
		alert     *net.OpError
	)
	switch {
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrNkeysNotSupported):
		return "the server does not know these credentials: give those it knows with --token-file, --nkey, --creds or --cert"
	case errors.Is(err, nats.ErrAuthExpired), errors.Is(err, nats.ErrAuthRevoked):
		return "the credentials no longer count: ask for new ones"
	case errors.Is(err, nats.ErrSecureConnWanted):
		return "the server speaks no TLS: write nats:// and leave out --ca and --cert, or turn TLS on there"
	case errors.Is(err, nats.ErrSecureConnRequired):
		return "the server wants TLS: write tls:// and give its authority with --ca"
	case errors.As(err, &authority):
		return "the server's certificate is of an authority unknown here: give the authority's certificate with --ca"
	case errors.As(err, &host):
		return "the server's certificate is for another name: use a name that it holds"
	case errors.As(err, &invalid):
		return "the server's certificate does not count: renew it"
	case errors.As(err, &record):
		return "what answers there speaks no TLS: write nats://, or the right port"
	case errors.Is(err, nats.ErrTLS), errors.As(err, &alert) && alert.Op == "remote error":
		return "TLS failed: the server may want a client certificate, with --cert and --cert-key, of an authority it trusts"
	case errors.As(err, &dns):
		return "there is no such host: look at the name, or at the resolver"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, nats.ErrTimeout):
		return "nothing answers there as NATS does: look at host, port and firewall"
	}
	return "look whether the server runs, and at host and port: 4222 is usual"
}

// hideUserInfo is a list of URLs without what lets one in.
func hideUserInfo(servers string) string {
	list := strings.Split(servers, ",")
	for i, s := range list {
		s = strings.TrimSpace(s)
		if at := strings.LastIndexByte(s, '@'); at >= 0 {
			scheme, _, ok := strings.Cut(s[:at], "://")
			if ok {
				s = scheme + "://…@" + s[at+1:]
			} else {
				s = "…@" + s[at+1:]
			}
		}
		list[i] = s
	}
	return strings.Join(list, ",")
}

// The codes by which JetStream refuses to make a stream.
const (
	codeNoPeers      = 10005 // no suitable peers for placement
	codeUnavailable  = 10008 // no leader at present
	codeResources    = 10023 // limits of server or account
	codeOneServer    = 10074 // replicas > 1 without a cluster
	codeStorageLimit = 10047
	codeStreamLimit  = 10027 // streams of the account
)

// streamsError says what to do when the streams cannot be opened.
func streamsError(err error) error {
	advice := ""
	var api *jetstream.APIError
	switch {
	case errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		advice = "turn JetStream on for this user's account (jetstream: enabled), or connect as a user of an account that has it"
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, nats.ErrNoResponders):
		advice = "start the server with JetStream: nats-server -js, or a jetstream block in its configuration"
	case errors.As(err, &api):
		switch api.ErrorCode {
		case codeOneServer:
			advice = "the server is no cluster: leave out --replicas, or name a cluster with --nats"
		case codeNoPeers:
			advice = "the cluster has too few servers with JetStream for --replicas: start them, or give fewer replicas"
		case codeUnavailable:
			advice = "the cluster has no leader: start most of its servers"
		case codeResources, codeStorageLimit, codeStreamLimit:
			advice = "raise the account's or the server's JetStream limits, or give a smaller --max-queue-bytes"
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		advice = "JetStream does not answer: look whether most servers of the cluster run"
	}
	if advice == "" {
		return err
	}
	return fmt.Errorf("%w; %s", err, advice)
}
