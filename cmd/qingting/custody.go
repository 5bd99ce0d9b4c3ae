package main

import (
	"context"
	"errors"
	"io/fs"
	"os/user"
	"path/filepath"
	"time"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/internal/access"
)

// custodyFlags say where the custody service is: at a NATS server, or, when no
// server runs, in the data directory itself.
type custodyFlags struct {
	natsFlags
	dataFlags
}

// client connects to the custody service. Without --nats it opens the data
// directory and runs the service in this process, ledger and all: whoever has
// that directory is asked no more, and is its user of this machine in the ledger.
func (f custodyFlags) client(ctx context.Context, con *console) (*custody.Client, func(), error) {
	return f.clientAnd(ctx, con, nil)
}

// clientAnd is client, with parts of the service that a data directory alone
// does not give: add makes them where there is no server to have them.
func (f custodyFlags) clientAnd(ctx context.Context, con *console, add func(*streams, *custody.Config) (func(), error)) (*custody.Client, func(), error) {
	if f.NATS != "" {
		inbox, err := f.userInbox()
		if err != nil {
			return nil, nil, err
		}
		nc, err := f.connect(ctx, watchToAsk(con), inbox)
		if err != nil {
			return nil, nil, err
		}
		return clientOn(nc, con), nc.Close, nil
	}
	clean, err := ledgerCleaner()
	if err != nil {
		return nil, nil, err
	}
	// Without the key, everything works but the taking in of cosignatures.
	keys, err := ledgerKeys(filepath.Join(f.secretsDir(), ledgerPubFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	store, err := openStreams(ctx, f.dataFlags)
	if err != nil {
		return nil, nil, err
	}
	persons, closePersons, err := personsOfDirectory(ctx, f.dataFlags, store)
	if err != nil {
		store.close()
		return nil, nil, err
	}
	cfg := custody.Config{
		Clean: clean, Keys: keys, Trust: custody.TrustLocal, Local: systemUser(),
		Settings: store.settings, Subjects: persons, Alone: true,
	}
	closeAll := func() { closePersons(); store.close() }
	if add != nil {
		closeAdded, err := add(store, &cfg)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		closeAll = func() { closeAdded(); closePersons(); store.close() }
	}
	svc, err := custody.Serve(store.nc, store.js, cfg)
	if err != nil {
		closeAll()
		return nil, nil, err
	}
	return clientOn(store.nc, con), func() { _ = svc.Stop(); closeAll() }, nil
}

// systemUser is the user of this machine, as a name for the ledger.
func systemUser() string {
	u, err := user.Current()
	if err != nil {
		return string(access.Local)
	}
	return access.LocalName(u.Username)
}

// ledgerCleaner redacts what people write into the ledger. Its pseudonyms
// would tell nothing there, so their key is thrown away.
func ledgerCleaner() (func(string) string, error) {
	r, err := newRedactor("", nil)
	if err != nil {
		return nil, err
	}
	return func(s string) string { return r.Redact(s, time.Now()).Text }, nil
}

// openStreams opens the streams of a data directory that no server uses.
func openStreams(ctx context.Context, f dataFlags) (s *streams, err error) {
	if !f.exists() {
		return nil, errors.New("there is no data directory " + f.Data + "; give --data DIR, or --nats URL of a running server")
	}
	unlock, err := f.lock()
	if err != nil {
		return nil, err
	}
	s = &streams{unlock: unlock}
	defer func() {
		if err != nil {
			s.close()
			s = nil
		}
	}()
	key, err := f.storeKey()
	if err != nil {
		return s, err
	}
	if s.broker, err = broker.Start(broker.Config{Dir: f.streamsDir(), StoreKey: key.Text()}); err != nil {
		return s, err
	}
	return s, s.open(ctx, ingest.StreamLimits{})
}
