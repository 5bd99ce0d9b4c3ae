package vault

import (
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"qingting/privacy/vault/internal/wire"
)

// SealDirect encrypts plaintext to the recipients as one ordinary age file,
// padded so that its length tells little: for dead letters, which are rare. It
// costs a public key operation a recipient; use a Sealer for records.
func SealDirect(recipients []age.Recipient, plaintext []byte) ([]byte, error) {
	if len(recipients) == 0 {
		return nil, errNoRecipients
	}
	padded, err := wire.PadBytes(plaintext)
	if err != nil {
		return nil, err
	}
	defer clear(padded)
	return encrypt(padded, recipients)
}

var errNoRecipients = errors.New(`no officer recipients, so nothing can be sealed: run "qingting keys new" and give the recipient it prints to the server with --recipients FILE`)

// checkRecipients fails when age could not encrypt to all of them.
func checkRecipients(recipients []age.Recipient) error {
	if len(recipients) == 0 {
		return errNoRecipients
	}
	if _, err := age.Encrypt(io.Discard, recipients...); err != nil {
		return fmt.Errorf("officer recipients: %w", err)
	}
	return nil
}
