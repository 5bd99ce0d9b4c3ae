package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// natsFlags say which NATS server to use, and as whom.
type natsFlags struct {
	NATS      string `name:"nats" placeholder:"URL" help:"NATS server or cluster, such as nats://host:4222."`
	Creds     string `placeholder:"FILE" help:"NATS credentials file (JWT and seed)."`
	NKey      string `name:"nkey" placeholder:"FILE" help:"File with an nkey seed."`
	TokenFile string `placeholder:"FILE" help:"File with a NATS token; else $$QINGTING_NATS_TOKEN."`
	CA        string `placeholder:"FILE" help:"Certificate authorities to trust for TLS, PEM."`
	Cert      string `placeholder:"FILE" help:"Client certificate for TLS, PEM; needs --cert-key."`
	CertKey   string `placeholder:"FILE" help:"Key of the client certificate, PEM."`
}

// tokenEnv holds a NATS token where a file is not wanted.
const tokenEnv = "QINGTING_NATS_TOKEN"

// connect opens a connection to the server the flags name.
func (f natsFlags) connect(ctx context.Context, con *console, extra ...nats.Option) (*nats.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	opts := []nats.Option{
		nats.Name("qingting"),
		nats.Timeout(10 * time.Second),
		nats.MaxReconnects(-1),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				fmt.Fprintf(con.Err, "qingting: lost the NATS server (%v); reconnecting\n", err)
			}
		}),
	}
	if f.Creds != "" {
		opts = append(opts, nats.UserCredentials(f.Creds))
	}
	if f.NKey != "" {
		opt, err := nats.NkeyOptionFromSeed(f.NKey)
		if err != nil {
			return nil, fmt.Errorf("nkey file %s: %w", f.NKey, err)
		}
		opts = append(opts, opt)
	}
	token := os.Getenv(tokenEnv)
	if f.TokenFile != "" {
		content, err := os.ReadFile(f.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("token file: %w", err)
		}
		token = strings.TrimSpace(string(content))
	}
	if token != "" {
		opts = append(opts, nats.Token(token))
	}
	if f.CA != "" {
		opts = append(opts, nats.RootCAs(f.CA))
	}
	if (f.Cert == "") != (f.CertKey == "") {
		return nil, usagef("--cert and --cert-key go together")
	}
	if f.Cert != "" {
		opts = append(opts, nats.ClientCert(f.Cert, f.CertKey))
	}
	nc, err := nats.Connect(f.NATS, append(opts, extra...)...)
	if err != nil {
		return nil, fmt.Errorf("connecting to NATS at %s: %w; is the server running, and are the credentials right?", f.NATS, err)
	}
	return nc, nil
}
