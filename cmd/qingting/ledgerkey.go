package main

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"qingting/internal/secrets"
	"qingting/privacy/audit"
)

// The files of the ledger's key in the secrets directory.
const (
	ledgerKeyFile = "ledger.key" // signs checkpoints
	ledgerPubFile = "ledger.pub" // verifies them: what auditors get
)

// ledgerKey signs the ledger, and says by which key that is verified.
type ledgerKey struct {
	signer *audit.Signer
	keys   audit.Keys
}

// loadLedgerKey reads the ledger's key, and makes it at the first start.
func loadLedgerKey(dir string) (ledgerKey, error) {
	path := filepath.Join(dir, ledgerKeyFile)
	secret, err := secrets.ReadPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := newLedgerKey(dir); err != nil {
			return ledgerKey{}, fmt.Errorf("ledger key: %w", err)
		}
		secret, err = secrets.ReadPrivate(path)
	}
	if err != nil {
		return ledgerKey{}, fmt.Errorf("ledger key: %w", err)
	}
	defer clear(secret)
	signer, err := audit.ParseSigner(string(secret))
	if err != nil {
		return ledgerKey{}, fmt.Errorf("ledger key %s: %w", path, err)
	}
	keys, err := audit.ParseKeys(signer.Verifier())
	if err != nil {
		return ledgerKey{}, fmt.Errorf("ledger key %s: %w", path, err)
	}
	err = secrets.WriteNew(filepath.Join(dir, ledgerPubFile), []byte(signer.Verifier()+"\n"))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return ledgerKey{}, fmt.Errorf("ledger key: %w", err)
	}
	return ledgerKey{signer, keys}, nil
}

// newLedgerKey writes a new secret key.
func newLedgerKey(dir string) error {
	var random [5]byte
	if _, err := rand.Read(random[:]); err != nil {
		return err
	}
	origin := "qingting-" + strings.ToLower(base32.StdEncoding.EncodeToString(random[:]))
	secret, _, err := audit.NewKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	return secrets.WriteNew(filepath.Join(dir, ledgerKeyFile), []byte(secret+"\n"))
}

// ledgerKeys reads verifier keys, one a line, from a file.
func ledgerKeys(path string) (audit.Keys, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return audit.Keys{}, fmt.Errorf("verifier key: %w", err)
	}
	keys, err := audit.ParseKeys(string(text))
	if err != nil {
		return audit.Keys{}, fmt.Errorf("verifier key %s: %w", path, err)
	}
	return keys, nil
}
