package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/govern"
	"qingting/ingest/worker"
	"qingting/internal/secrets"
)

type serveCmd struct {
	Config configFlag `placeholder:"FILE" help:"YAML file of these flags, by their names; the command line and the environment count more. See docs/qingting.example.yaml."`

	dataFlags       `group:"Files"`
	natsFlags       `group:"An existing NATS server instead of the embedded one"`
	engineFlags     `group:"How feedback is read"`
	checkpointFlags `group:"Files"`
	alertFlags      `group:"Early warning"`
	synonymFlags    `group:"How feedback is read"`
	pagesFlags      `group:"Pages"`

	Recipients string   `placeholder:"FILE" env:"QINGTING_RECIPIENTS" help:"Recipients of the compliance officers, one a line, to whom personal data is sealed. Needed at the first start: it makes the register of officers, which counts from then on (qingting keys list)."`
	Roles      []string `default:"ingest,index,web" enum:"ingest,index,web" help:"Parts that this process plays (default ${default})."`

	Listen             string   `group:"Embedded NATS server" placeholder:"ADDR" help:"Let users connect here, such as 127.0.0.1:4222: those of \"qingting users\", and of the flags below. On loopback anyone may publish."`
	PublisherTokenFile string   `group:"Embedded NATS server" placeholder:"FILE" help:"Token that publishers present; else $$QINGTING_PUBLISHER_TOKEN."`
	PublisherNKey      []string `group:"Embedded NATS server" name:"publisher-nkey" placeholder:"KEY" help:"Public nkey (U…) of a publisher; may be repeated."`
	OfficerTokenFile   string   `group:"Embedded NATS server" placeholder:"FILE" help:"Token of the user \"officer\"; better one user a person, by \"qingting users add\"; else $$QINGTING_OFFICER_TOKEN."`
	TLSCert            string   `group:"Embedded NATS server" placeholder:"FILE" help:"Certificate of the listener, PEM."`
	TLSKey             string   `group:"Embedded NATS server" placeholder:"FILE" help:"Key of the certificate, PEM."`
	Sync               string   `group:"Embedded NATS server" default:"1s" help:"How often files are forced to disk: a duration, or always, before each acknowledgement (default ${default})."`

	VaultRetention time.Duration `default:"4320h" help:"How long sealed values are kept (default ${default}, 180 days). Counts when the stream is made."`
	DeadRetention  time.Duration `default:"2160h" help:"How long dead letters are kept (default ${default}, 90 days). Counts when the stream is made."`
	MaxQueueBytes  int64         `default:"8589934592" help:"Feedback waiting beyond this is refused to its publisher (default ${default}, 8 GiB). Counts when the stream is made."`
	Replicas       int           `default:"1" help:"Replicas of each stream on a cluster. Counts when the stream is made."`
	AckWait        time.Duration `default:"30s" help:"After what time the messages of a killed worker go to another (default ${default})."`
	NewRecordKey   bool          `help:"Go on although record.key is not the one used before, which is lost: what is published or delivered again becomes a second record."`
	MaxDeliver     int           `default:"5" help:"After how many failures a message becomes a dead letter (default ${default})."`
	Unregistered   string        `default:"refuse" enum:"refuse,accept" help:"What becomes of feedback whose source is not in the register: refuse parks it, sealed, until it is registered and retried; accept takes it (default ${default})."`
	LogLevel       string        `default:"info" enum:"debug,info,warn,error" help:"What is logged on standard error."`
}

func (c *serveCmd) Help() string {
	return `Runs until it is told to stop (Ctrl-C, SIGTERM); then it takes no more feedback, finishes what it has taken and
closes its files. Whatever is killed instead is taken up again at the next start: nothing is lost or counted twice.`
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.config(con)
	if err != nil {
		return err
	}
	pages, err := c.pagesFlags.config()
	if err != nil {
		return err
	}
	s, err := newNode(ctx, cfg)
	if err != nil && ctx.Err() != nil {
		return nil // told to stop while starting
	}
	if err != nil {
		return err
	}
	defer s.close()
	if url := s.streams.publisherURL(); url != "" {
		cfg.log.Info("publishers connect", "url", url)
	}
	err = s.trouble.guard(ctx, func(ctx context.Context) error {
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return s.run(ctx) })
		if slices.Contains(c.Roles, roleWeb) {
			g.Go(func() error { return s.servePages(ctx, pages) })
		}
		return g.Wait()
	})
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop before all parts had begun
	}
	return err
}

func (c *serveCmd) config(con *console) (nodeConfig, error) {
	cfg := nodeConfig{
		data: c.dataFlags, nats: c.natsFlags, engine: c.engineFlags, roles: c.Roles, checkpoint: c.checkpointFlags, synonyms: c.synonymFlags,
		broker:  broker.Config{Listen: c.Listen, NKeys: c.PublisherNKey, CertFile: c.TLSCert, KeyFile: c.TLSKey},
		limits:  ingest.StreamLimits{VaultAge: c.VaultRetention, DeadAge: c.DeadRetention, AlertAge: c.AlertRetention, InBytes: c.MaxQueueBytes, Replicas: c.Replicas},
		worker:  worker.Config{AckWait: c.AckWait, MaxDeliver: c.MaxDeliver, NewRecordKey: c.NewRecordKey},
		sources: govern.Mode(c.Unregistered),
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return cfg, usagef("--log-level: %v", err)
	}
	cfg.invite = func(text string) { fmt.Fprintln(con.Err, text) }
	cfg.log = slog.New(slog.NewTextHandler(con.Err, &slog.HandlerOptions{Level: level}))
	if slices.Contains(c.Roles, roleWeb) && !slices.Contains(c.Roles, roleIndex) {
		return cfg, usagef("the web role reads the index of its own process: give --roles index,web")
	}
	if c.NATS != "" && c.Listen != "" {
		return cfg, usagef("--listen is for the embedded server; with --nats, publishers connect to that one")
	}
	var err error
	if cfg.alerts, err = c.alertFlags.config(); err != nil {
		return cfg, err
	}
	cfg.discoverEvery = c.DiscoverEvery
	if c.Sync == "always" {
		cfg.broker.SyncAlways = true
	} else if cfg.broker.Sync, err = time.ParseDuration(c.Sync); err != nil || cfg.broker.Sync <= 0 {
		return cfg, usagef("--sync %q: give a duration such as 1s, or always", c.Sync)
	}
	if cfg.broker.Token, err = longToken("--publisher-token-file", c.PublisherTokenFile, "QINGTING_PUBLISHER_TOKEN"); err != nil {
		return cfg, err
	}
	if cfg.broker.OfficerToken, err = longToken("--officer-token-file", c.OfficerTokenFile, "QINGTING_OFFICER_TOKEN"); err != nil {
		return cfg, err
	}
	if !slices.Contains(c.Roles, roleIngest) {
		return cfg, nil
	}
	if c.Recipients == "" {
		if c.NATS == "" && !c.exists() { // nothing that could hold a register of officers
			return cfg, errNoOfficers
		}
		return cfg, nil
	}
	if cfg.officers, err = secrets.ReadRecipients(c.Recipients); err != nil {
		return cfg, fmt.Errorf("--recipients: %w", err)
	}
	return cfg, nil
}

// minToken is the shortest token that lets one in to the embedded server.
const minToken = 16

// longToken is tokenOf, for a token that is not to be guessed.
func longToken(flag, file, env string) (string, error) {
	token, err := tokenOf(flag, file, env)
	if err == nil && token != "" && len(token) < minToken {
		return "", fmt.Errorf("%s or %s: the token has %d characters, want at least %d: openssl rand -hex 24 makes one", flag, env, len(token), minToken)
	}
	return token, err
}
