package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"filippo.io/age"

	"qingting/internal/secrets"
)

// storeKeyEnv holds the at-rest encryption key where no file shall.
const storeKeyEnv = "QINGTING_STORE_KEY"

// dataFlags say where the server keeps its files and its secrets.
type dataFlags struct {
	Data     string `default:"qingting-data" placeholder:"DIR" help:"Data directory (default ${default})."`
	Secrets  string `placeholder:"DIR" help:"Directory of the server's secrets, kept apart from the data: pseudonym key, record id key, intake identity (default: the data directory's name with -secrets)."`
	StoreKey string `placeholder:"FILE" help:"At-rest encryption key; else $$QINGTING_STORE_KEY; else store.key in the data directory, made when missing."`
}

func (f dataFlags) secretsDir() string {
	if f.Secrets != "" {
		return f.Secrets
	}
	return filepath.Clean(f.Data) + "-secrets"
}

func (f dataFlags) streamsDir() string { return filepath.Join(f.Data, "jetstream") }
func (f dataFlags) indexDir() string   { return filepath.Join(f.Data, "index") }

// exists reports whether a server has used the data directory.
func (f dataFlags) exists() bool {
	_, err := os.Stat(f.streamsDir())
	return err == nil
}

// lock takes the data directory for this process, until unlock.
func (f dataFlags) lock() (unlock func(), err error) {
	if err := os.MkdirAll(f.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(f.Data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("data directory %s is in use by another qingting; stop it, or ask it, by --nats or --server", f.Data)
		}
		return nil, fmt.Errorf("data directory %s: lock: %w", f.Data, err)
	}
	return func() {
		// Closing alone would leave the lock to a child process that was forked
		// while the file was open, until it starts its program.
		_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN) // closing unlocks too
		file.Close()
	}, nil
}

// storeKey is the key that encrypts the streams at rest.
func (f dataFlags) storeKey() (secrets.Secret, error) {
	if text := os.Getenv(storeKeyEnv); text != "" && f.StoreKey == "" {
		key, err := secrets.ParseSecret(text)
		if err != nil {
			return secrets.Secret{}, fmt.Errorf("%s: %w", storeKeyEnv, err)
		}
		return key, nil
	}
	path := f.StoreKey
	if path == "" {
		path = filepath.Join(f.Data, "store.key")
	}
	// A new key for streams that exist would make them unreadable.
	if f.exists() {
		key, err := secrets.LoadSecret(path)
		if err != nil {
			return secrets.Secret{}, fmt.Errorf("store key: %w; the streams in %s were made with it", err, f.Data)
		}
		return key, nil
	}
	return secrets.LoadOrCreateSecret(path)
}

// serverSecrets are what the ingest worker needs besides the officers' recipients.
type serverSecrets struct {
	records    secrets.Secret // derives record ids
	pseudonyms secrets.Secret // derives pseudonyms
	intake     []age.Identity // opens what publishers sealed
	ledger     ledgerKey      // signs the ledger
}

// loadSecrets reads the server's secrets and makes those that are missing.
func (f dataFlags) loadSecrets() (s serverSecrets, err error) {
	dir := f.secretsDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return s, fmt.Errorf("secrets directory: %w", err)
	}
	if s.ledger, err = loadLedgerKey(dir); err != nil {
		return s, err
	}
	if s.records, err = secrets.LoadOrCreateSecret(filepath.Join(dir, "record.key")); err != nil {
		return s, err
	}
	if s.pseudonyms, err = secrets.LoadOrCreateSecret(filepath.Join(dir, "pseudonym.key")); err != nil {
		return s, err
	}
	intake := filepath.Join(dir, "intake.key")
	if _, err := os.Stat(intake); errors.Is(err, os.ErrNotExist) {
		recipient, err := secrets.NewUnprotectedIdentity(intake)
		if err != nil {
			return s, err
		}
		if err := secrets.WriteNew(filepath.Join(dir, "intake.pub"), []byte(recipient+"\n")); err != nil {
			return s, err
		}
	}
	s.intake, err = secrets.LoadIdentities(intake, func() ([]byte, error) {
		return nil, errors.New("the intake identity must not have a passphrase: the server reads it at start")
	})
	return s, err
}
