package broker

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyCheckFile holds a fingerprint of the store key. Under another key the
// server would find no streams, and make new ones beside those it cannot read.
const keyCheckFile = "store-key.check"

// checkKey compares the key with the one that dir was made with.
func checkKey(dir, key string) error {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("qingting store key check 1"))
	want := hex.EncodeToString(mac.Sum(nil))
	path := filepath.Join(dir, keyCheckFile)
	have, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.WriteFile(path, []byte(want+"\n"), 0o600); err != nil {
			return fmt.Errorf("broker: %w", err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("broker: %w", err)
	case !hmac.Equal([]byte(strings.TrimSpace(string(have))), []byte(want)):
		return fmt.Errorf("broker: the store key is not the one that %s was made with; give the right one", dir)
	}
	return nil
}
