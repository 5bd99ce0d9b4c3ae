// Package broker runs NATS JetStream inside the process: nothing to install,
// everything on disk encrypted.
//
//	b, err := broker.Start(broker.Config{Dir: "data/jetstream", StoreKey: key})
//	nc, err := b.Connect()
//	defer b.Shutdown()
//
// It guarantees that message payloads, subjects and stream state are encrypted
// at rest (ChaCha20-Poly1305) under the store key, and that whoever comes in by
// the listener can do what the roles of the user they prove to be allow, and
// nothing else; SetUsers takes it away from them at once. It does not replicate:
// when one machine is not enough, use an existing NATS cluster instead.
package broker

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"qingting/internal/access"
)

// DefaultSync is how often the broker forces its files to the disk. A killed
// process loses nothing; a power failure may lose what was acknowledged since
// the last sync. SyncAlways closes that gap at the price of a sync a message.
const DefaultSync = time.Second

// MaxPayload is the largest message the embedded broker takes, in bytes: room
// for a sealed dead letter of the largest feedback message.
const MaxPayload = 8 << 20

// outsideAccount is the account of who comes in by the listener.
const outsideAccount = "OUTSIDE"

// maxConnections is more than any listener here takes.
const maxConnections = 1 << 20

// readyTimeout bounds the wait for the server to recover its streams.
const readyTimeout = 2 * time.Minute

// Config says how to run the embedded broker.
type Config struct {
	Dir      string // where JetStream keeps its files; created 0700
	StoreKey string // at-rest encryption key, at least 32 characters; secret

	// Listen is the host:port where publishers connect, or empty for
	// in-process connections only. Port 0 picks a free one.
	Listen string
	// Token, or one of NKeys (public user keys, "U…"), lets a publisher in.
	// With neither, and no Register, Listen must be a loopback address.
	Token string
	NKeys []string
	// OfficerToken lets an officer in, OperatorToken an operator; empty lets none.
	OfficerToken, OperatorToken string
	// Register says that SetUsers will be called: users wait for it to connect.
	Register bool
	// CertFile and KeyFile turn on TLS for the listener.
	CertFile, KeyFile string

	Sync       time.Duration // 0 is DefaultSync
	SyncAlways bool          // sync each message before its acknowledgement
	MaxStore   int64         // bytes on disk for all streams; 0 leaves it to the server

	Log *slog.Logger // nil discards
}

// Broker is a running embedded server.
type Broker struct {
	srv      *server.Server
	log      *slog.Logger
	gate     *gate
	internal string // password of in-process connections
}

// Start runs the server and waits until its streams are recovered.
func Start(cfg Config) (*Broker, error) {
	if len(cfg.StoreKey) < 32 {
		return nil, errors.New("broker: the store key is missing or shorter than 32 characters; at-rest encryption is not optional")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	if err := checkKey(cfg.Dir, cfg.StoreKey); err != nil {
		return nil, err
	}
	if err := clearUnfinished(cfg.Dir, cfg.Log); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	b := &Broker{log: cfg.Log, internal: hex.EncodeToString(random[:])}
	opts := &server.Options{
		ServerName:        "qingting",
		DontListen:        true,
		NoSigs:            true,
		JetStream:         true,
		StoreDir:          cfg.Dir,
		JetStreamKey:      cfg.StoreKey,
		JetStreamCipher:   server.ChaCha,
		JetStreamMaxStore: cfg.MaxStore,
		SyncInterval:      cfg.Sync,
		SyncAlways:        cfg.SyncAlways,
		MaxPayload:        MaxPayload,
		MaxControlLine:    4096,
		AlwaysEnableNonce: true,
		// A client must present itself before it may speak.
		AuthTimeout: 5,
	}
	if opts.SyncInterval == 0 {
		opts.SyncInterval = DefaultSync
	}
	gate := &gate{
		internal: b.internal, fixed: fixedUsers(cfg), register: cfg.Register,
		ready: make(chan struct{}), loaded: make(chan struct{}),
	}
	b.gate = gate
	if cfg.Listen != "" {
		if err := listen(opts, cfg, gate); err != nil {
			return nil, err
		}
	}
	opts.CustomClientAuthentication = gate

	if !opts.DontListen && opts.Port != server.RANDOM_PORT {
		// The server would tell its log alone, and never be ready.
		free, err := net.Listen("tcp", net.JoinHostPort(opts.Host, strconv.Itoa(opts.Port)))
		if err != nil {
			return nil, fmt.Errorf("broker: %w; choose another address with --listen, or stop what has this one", err)
		}
		free.Close()
	}
	srv, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	srv.SetLoggerV2(quiet{cfg.Log}, false, false, false)
	b.srv = srv
	srv.Start()
	if !srv.ReadyForConnections(readyTimeout) {
		srv.Shutdown()
		return nil, fmt.Errorf("broker: not ready after %s; is another process using %s, or the store key wrong?", readyTimeout, cfg.Dir)
	}
	if !srv.JetStreamEnabled() {
		srv.Shutdown()
		return nil, fmt.Errorf("broker: JetStream did not start in %s; is the store key the one the directory was made with?", cfg.Dir)
	}
	if gate.outside, err = fenceOff(srv); err != nil {
		b.Shutdown()
		return nil, fmt.Errorf("broker: %w", err)
	}
	close(gate.ready)
	return b, nil
}

// fenceOff makes the account that everyone who comes in by the listener
// belongs to. From there, what some role may publish is passed on, with the
// name of who did, and answers are passed back; what some role may subscribe to
// is passed out; nothing else crosses. So the
// reply subject that a publisher chooses, for its acknowledgement to go to, never
// is one of our streams' subjects, whatever it says.
func fenceOff(srv *server.Server) (*server.Account, error) {
	outside, err := srv.RegisterAccount(outsideAccount)
	if err != nil {
		return nil, err
	}
	inside := srv.GlobalAccount()
	for _, subject := range access.Crossing() {
		if err := inside.AddServiceExport(subject, []*server.Account{outside}); err != nil {
			return nil, err
		}
		if err := outside.AddServiceImport(inside, subject, subject); err != nil {
			return nil, err
		}
		// Of feedback, nobody shall be told which host and client it came from;
		// alerts JetStream itself hands out, which does not ask.
		if p := access.PowerOf(strings.ReplaceAll(subject, ">", "x")); p == access.Publish || p == access.Alerts {
			continue
		}
		if err := outside.SetServiceImportSharing(inside, subject, true); err != nil {
			return nil, err
		}
	}
	for _, subject := range access.Hears(access.Roles) {
		if err := inside.AddStreamExport(subject, []*server.Account{outside}); err != nil {
			return nil, err
		}
		if err := outside.AddStreamImport(inside, subject, ""); err != nil {
			return nil, err
		}
	}
	return outside, nil
}

// fixedUsers are those of the command line.
func fixedUsers(cfg Config) (users access.Users) {
	add := func(role access.Role, token, nkey string) {
		u := access.User{Name: string(role), Roles: []access.Role{role}, NKey: nkey}
		if token != "" {
			u.TokenHash = access.HashToken(token)
		}
		if token != "" || nkey != "" {
			users = append(users, u)
		}
	}
	add(access.Publisher, cfg.Token, "")
	for _, key := range cfg.NKeys {
		add(access.Publisher, "", key)
	}
	add(access.Officer, cfg.OfficerToken, "")
	add(access.Operator, cfg.OperatorToken, "")
	return users
}

// SetUsers takes a new register. Connections of users who are gone, disabled or
// otherwise changed are closed before it returns; the others go on.
func (b *Broker) SetUsers(users access.Users) error {
	changed := b.gate.replace(users)
	if len(changed) == 0 {
		return nil
	}
	open, err := b.srv.Connz(&server.ConnzOptions{Username: true, Limit: maxConnections})
	if err != nil {
		return fmt.Errorf("broker: listing connections: %w", err)
	}
	for _, c := range open.Conns {
		if c.Account == outsideAccount && slices.Contains(changed, c.AuthorizedUser) {
			_ = b.srv.DisconnectClientByID(c.Cid) // gone already
		}
	}
	return nil
}

// Users are those who may connect: of the command line, and of the register.
func (b *Broker) Users() access.Users { return b.gate.everybody() }

// listen fills in where and how publishers connect.
func listen(opts *server.Options, cfg Config, g *gate) error {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return fmt.Errorf("broker: listen address %q: %w; write host:port, such as 127.0.0.1:4222", cfg.Listen, err)
	}
	opts.Host = host
	if opts.Port, err = strconv.Atoi(port); err != nil {
		return fmt.Errorf("broker: listen address %q: the port must be a number", cfg.Listen)
	}
	if opts.Port == 0 {
		opts.Port = server.RANDOM_PORT
	}
	loopback := host == "localhost"
	if ip := net.ParseIP(host); ip != nil {
		loopback = ip.IsLoopback()
	}
	g.open = loopback && cfg.Token == "" && len(cfg.NKeys) == 0
	if !loopback && len(g.fixed) == 0 && !cfg.Register {
		return fmt.Errorf("broker: %s is not a loopback address; set a publisher token or nkey before others can reach it", cfg.Listen)
	}
	if (cfg.CertFile == "") != (cfg.KeyFile == "") {
		return errors.New("broker: TLS needs both a certificate file and a key file")
	}
	if cfg.CertFile != "" {
		tc, err := server.GenTLSConfig(&server.TLSConfigOpts{CertFile: cfg.CertFile, KeyFile: cfg.KeyFile})
		if err != nil {
			return fmt.Errorf("broker: TLS: %w", err)
		}
		opts.TLSConfig, opts.TLS, opts.TLSTimeout = tc, true, 5
		opts.AllowNonTLS = false
	} else if !loopback {
		cfg.Log.Warn("publishers connect without TLS: their feedback crosses the network in the clear; set a certificate, or have publishers seal it with age")
	}
	opts.DontListen = false
	return nil
}

// Connect opens an in-process connection with full rights.
func (b *Broker) Connect(opts ...nats.Option) (*nats.Conn, error) {
	opts = append([]nats.Option{
		nats.InProcessServer(b.srv),
		nats.UserInfo(internalUser, b.internal),
		nats.Name("qingting"),
		nats.CustomInboxPrefix(internalInbox),
		nats.MaxReconnects(-1),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("in-process connection", "error", err)
		}),
	}, opts...)
	nc, err := nats.Connect("", opts...)
	if err != nil {
		return nil, fmt.Errorf("broker: in-process connection: %w", err)
	}
	return nc, nil
}

// URL is where publishers connect, or empty without a listener.
func (b *Broker) URL() string {
	if b.srv.Addr() == nil {
		return ""
	}
	return b.srv.ClientURL()
}

// Shutdown stops the server after its files are closed.
func (b *Broker) Shutdown() {
	b.srv.Shutdown()
	b.srv.WaitForShutdown()
}
