package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"filippo.io/age"

	"qingting/privacy/vault/internal/wire"
)

// epoch is a key in use. Its fields are guarded by the sealer's mutex, save id
// and key, which do not change while users is above zero.
type epoch struct {
	id      string
	key     []byte
	expires time.Time
	timer   *time.Timer
	sealed  int  // records handed out under the key
	users   int  // seals running now
	retired bool // no new user; wiped when the last one leaves
}

// newEpoch makes a key and its envelope for the officers.
func newEpoch(recipients []age.Recipient, now time.Time) (*epoch, []byte, error) {
	key := make([]byte, wire.KeySize)
	rand.Read(key) // never fails, crypto/rand crashes the process instead
	e := &epoch{id: wire.EpochID(key), key: key}
	envelope, err := sealEpoch(e.id, key, now, recipients)
	if err != nil {
		e.wipe()
		return nil, nil, err
	}
	return e, envelope, nil
}

func sealEpoch(id string, key []byte, created time.Time, recipients []age.Recipient) ([]byte, error) {
	plaintext, err := json.Marshal(wire.Epoch{
		Schema: wire.EpochSchema, Epoch: id, Created: created.UTC().Truncate(time.Second), Key: key,
	})
	if err != nil {
		return nil, fmt.Errorf("encode epoch: %w", err)
	}
	defer clear(plaintext)
	return encrypt(plaintext, recipients)
}

func (e *epoch) wipe() { clear(e.key) }

// recordRecipient wraps a record's file key under an epoch key.
type recordRecipient struct {
	epoch  *epoch
	record string
}

// Wrap implements age.Recipient.
func (r recordRecipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	var salt [wire.SaltSize]byte
	rand.Read(salt[:])
	body, err := wire.Wrap(r.epoch.key, salt[:], r.epoch.id, r.record, fileKey)
	if err != nil {
		return nil, err
	}
	return []*age.Stanza{{
		Type: wire.StanzaType,
		Args: []string{r.epoch.id, r.record, wire.B64.EncodeToString(salt[:])},
		Body: body,
	}}, nil
}

// encrypt is one ordinary age file, in memory.
func encrypt(plaintext []byte, recipients []age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(plaintext) + 512)
	w, err := age.Encrypt(&out, recipients...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plaintext); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
