package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"qingting/internal/access"
	"qingting/internal/secrets"
)

// natsFlags say which NATS server to use, and as whom.
type natsFlags struct {
	NATS        string `name:"nats" placeholder:"URL" help:"NATS server or cluster, such as nats://host:4222; tls:// for TLS; several with commas."`
	Creds       string `placeholder:"FILE" help:"NATS credentials file (JWT and seed)."`
	NKey        string `name:"nkey" placeholder:"FILE" help:"File with an nkey seed."`
	TokenFile   string `placeholder:"FILE" help:"File with a NATS token; else $$QINGTING_NATS_TOKEN."`
	CA          string `name:"ca" placeholder:"FILE" help:"Certificate authorities to trust for TLS, PEM."`
	Cert        string `placeholder:"FILE" help:"Client certificate for TLS, PEM; needs --cert-key."`
	CertKey     string `placeholder:"FILE" help:"Key of the client certificate, PEM."`
	InboxPrefix string `placeholder:"SUBJECT" help:"Where answers come in, so that permissions can part the inboxes: _QINGTING of a server, _INBOX of a publisher, _USER and the user's key of others, when not given."`
}

// tokenEnv holds a NATS token where a file is not wanted.
const tokenEnv = "QINGTING_NATS_TOKEN"

// Inboxes of what connects. Feedback in the clear is delivered to a server's:
// nobody else may listen there, as anyone usually may to _INBOX.
const (
	serverInbox    = "_QINGTING"
	publisherInbox = "_INBOX"
)

// connectTimeout bounds the attempt at each server of the URL.
const connectTimeout = 4 * time.Second

// connect opens a connection to the server the flags name. inbox is where
// answers come in when the flags do not say; watch hears of what happens later.
func (f natsFlags) connect(ctx context.Context, watch natsWatch, inbox string) (*nats.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	opts, err := f.options()
	if err != nil {
		return nil, err
	}
	if f.InboxPrefix != "" {
		inbox = f.InboxPrefix
	}
	if strings.ContainsAny(inbox, "*> \t\r\n") || strings.Trim(inbox, ".") != inbox {
		return nil, usagef("--inbox-prefix %q: give the beginning of a subject without wildcards, such as %s", inbox, serverInbox)
	}
	opts = append(opts,
		nats.Name("qingting"),
		nats.CustomInboxPrefix(inbox),
		nats.Timeout(connectTimeout),
		nats.MaxReconnects(-1),
		nats.RetryOnFailedConnect(false),
	)
	nc, err := nats.Connect(f.NATS, append(opts, watch.options()...)...)
	if err != nil {
		return nil, connectError(f.NATS, err)
	}
	return nc, nil
}

// userInbox is where answers come in to the user whom the flags prove.
func (f natsFlags) userInbox() (string, error) {
	file := f.NKey
	if file == "" {
		file = f.Creds
	}
	if file != "" {
		seed, err := secrets.ReadPrivate(file)
		if err != nil {
			return "", err
		}
		defer clear(seed)
		pair, err := nkeys.ParseDecoratedNKey(seed)
		if err != nil {
			return "", fmt.Errorf("%s holds no nkey seed (SU…)", file) // the error may quote the file
		}
		defer pair.Wipe()
		public, err := pair.PublicKey()
		return access.Inbox(public), err
	}
	token, err := tokenOf("--token-file", f.TokenFile, tokenEnv)
	return access.Inbox(token), err
}

// options are the credentials of the flags. Their files must be private: a
// client that reads them later would say less clearly what is wrong.
func (f natsFlags) options() ([]nats.Option, error) {
	var opts []nats.Option
	if f.Creds != "" {
		if _, err := secrets.ReadPrivate(f.Creds); err != nil {
			return nil, fmt.Errorf("--creds: %w", err)
		}
		opts = append(opts, nats.UserCredentials(f.Creds))
	}
	if f.NKey != "" {
		if _, err := secrets.ReadPrivate(f.NKey); err != nil {
			return nil, fmt.Errorf("--nkey: %w", err)
		}
		opt, err := nats.NkeyOptionFromSeed(f.NKey)
		if err != nil {
			// The error may quote the file.
			return nil, fmt.Errorf("--nkey: %s holds no nkey seed (SU…)", f.NKey)
		}
		opts = append(opts, opt)
	}
	token, err := tokenOf("--token-file", f.TokenFile, tokenEnv)
	if err != nil {
		return nil, err
	}
	if token != "" {
		opts = append(opts, nats.Token(token))
	}
	if f.CA != "" {
		if _, err := os.Stat(f.CA); err != nil {
			return nil, fmt.Errorf("--ca: %w", err)
		}
		opts = append(opts, nats.RootCAs(f.CA))
	}
	if (f.Cert == "") != (f.CertKey == "") {
		return nil, usagef("--cert and --cert-key go together")
	}
	if f.Cert != "" {
		if _, err := secrets.ReadPrivate(f.CertKey); err != nil {
			return nil, fmt.Errorf("--cert-key: %w", err)
		}
		opts = append(opts, nats.ClientCert(f.Cert, f.CertKey))
	}
	return opts, nil
}

// tokenOf is the token in a file, else in the environment, else empty.
func tokenOf(flag, file, env string) (string, error) {
	if file == "" {
		return os.Getenv(env), nil
	}
	content, err := secrets.ReadPrivate(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	token := strings.TrimSpace(string(content))
	if token == "" {
		return "", errors.New(flag + ": " + file + " is empty: write the token into it")
	}
	return token, nil
}
