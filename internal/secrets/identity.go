package secrets

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// MinPassphrase is the shortest passphrase for a new identity file, in bytes.
const MinPassphrase = 8

// LoadRecipients reads a recipients file: one age recipient (age1pq…, age1…)
// a line; empty lines and lines starting with # are ignored.
func LoadRecipients(path string) ([]age.Recipient, error) {
	content, err := readPublic(path)
	if err != nil {
		return nil, err
	}
	var recipients []age.Recipient
	for n, line := range lines(content) {
		r, err := parseRecipient(line)
		if err != nil {
			return nil, fmt.Errorf("recipients file %q, line %d: %w", path, n, err)
		}
		recipients = append(recipients, r)
	}
	if len(recipients) == 0 {
		return nil, fmt.Errorf("recipients file %q has no recipient: run %q and add the line it prints", path, "qingting keys new")
	}
	return recipients, nil
}

func parseRecipient(line string) (age.Recipient, error) {
	switch {
	case strings.HasPrefix(line, "AGE-SECRET-KEY-"), strings.HasPrefix(line, "AGE-PLUGIN-"):
		// Never quoted: this is the secret half.
		return nil, errors.New("this is an identity, which must stay with its officer; a recipients file holds the recipient (age1…)")
	case strings.HasPrefix(line, "ssh-"):
		return nil, errors.New("SSH keys are not post-quantum and not supported: run \"qingting keys new\"")
	case strings.HasPrefix(line, "age1"):
		recipients, err := age.ParseRecipients(strings.NewReader(line))
		if err != nil {
			return nil, errors.New("malformed age recipient: copy the whole line again")
		}
		return recipients[0], nil
	}
	return nil, errors.New("not an age recipient (age1…)")
}

// lines yields the lines that are no comment, trimmed, with their number from 1.
func lines(content []byte) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(string(content)) {
			n++
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if !yield(n, line) {
				return
			}
		}
	}
}

// LoadIdentities reads an age identity file, in the clear or encrypted with a
// passphrase, armored or not. passphrase is called only for an encrypted file;
// what it returns is overwritten. A nil passphrase refuses encrypted files.
func LoadIdentities(path string, passphrase func() ([]byte, error)) ([]age.Identity, error) {
	content, err := ReadPrivate(path)
	if err != nil {
		return nil, err
	}
	defer clear(content)
	if isEncrypted(content) {
		content, err = decryptFile(path, content, passphrase)
		if err != nil {
			return nil, err
		}
		defer clear(content)
	}
	if bytes.HasPrefix(content, []byte("-----BEGIN OPENSSH")) {
		return nil, fmt.Errorf("identity file %q is an SSH key: not post-quantum and not supported, run %q", path, "qingting keys new")
	}
	ids, err := age.ParseIdentities(bytes.NewReader(content))
	if err != nil {
		// age quotes what it could not parse, which may be most of a key.
		return nil, fmt.Errorf("identity file %q: not an age identity file (AGE-SECRET-KEY-…)", path)
	}
	return ids, nil
}

func isEncrypted(content []byte) bool {
	return bytes.HasPrefix(content, []byte("age-encryption.org/")) ||
		bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte(armor.Header))
}

func decryptFile(path string, content []byte, passphrase func() ([]byte, error)) ([]byte, error) {
	if passphrase == nil {
		return nil, fmt.Errorf("identity file %q is protected by a passphrase, and there is no way to ask for it", path)
	}
	pass, err := passphrase()
	if err != nil {
		return nil, fmt.Errorf("identity file %q: %w", path, err)
	}
	defer clear(pass)
	id, err := age.NewScryptIdentity(string(pass))
	if err != nil {
		return nil, fmt.Errorf("identity file %q: the passphrase is empty", path)
	}
	var in io.Reader = bytes.NewReader(content)
	if !bytes.HasPrefix(content, []byte("age-encryption.org/")) {
		in = armor.NewReader(bufio.NewReader(in))
	}
	r, err := age.Decrypt(in, id)
	var noMatch *age.NoIdentityMatchError
	if errors.As(err, &noMatch) {
		return nil, fmt.Errorf("identity file %q: wrong passphrase, or the file is encrypted in another way", path)
	}
	if err != nil {
		return nil, fmt.Errorf("identity file %q is damaged: %w", path, err)
	}
	plaintext, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return nil, fmt.Errorf("identity file %q is damaged: %w", path, err)
	}
	return plaintext, nil
}

// RecipientsOf gives the recipients that belong to identities.
func RecipientsOf(ids []age.Identity) ([]string, error) {
	var out []string
	for _, id := range ids {
		switch id := id.(type) {
		case *age.HybridIdentity:
			out = append(out, id.Recipient().String())
		case *age.X25519Identity:
			out = append(out, id.Recipient().String())
		default:
			return nil, fmt.Errorf("cannot tell the recipient of a %T", id)
		}
	}
	return out, nil
}

// NewIdentity makes a post-quantum identity and writes its file to path,
// encrypted with the passphrase. It never replaces a file. The returned
// recipient is public.
func NewIdentity(path string, passphrase []byte) (recipient string, err error) {
	if len(passphrase) < MinPassphrase {
		return "", fmt.Errorf("passphrase is too short, use at least %d characters; four unrelated words are good", MinPassphrase)
	}
	return newIdentity(path, func(content []byte) ([]byte, error) { return encryptFile(content, passphrase) })
}

// NewUnprotectedIdentity is NewIdentity without a passphrase: whoever can read
// the file can open the vault.
func NewUnprotectedIdentity(path string) (recipient string, err error) {
	return newIdentity(path, func(content []byte) ([]byte, error) { return content, nil })
}

func newIdentity(path string, protect func([]byte) ([]byte, error)) (string, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", fmt.Errorf("new identity: %w", err)
	}
	recipient := id.Recipient().String()
	plain := fmt.Appendf(nil, "# created: %s\n# public key: %s\n%s\n", time.Now().UTC().Format(time.RFC3339), recipient, id)
	defer clear(plain)
	content, err := protect(plain)
	if err != nil {
		return "", fmt.Errorf("new identity: %w", err)
	}
	return recipient, WriteNew(path, content)
}

func encryptFile(content, passphrase []byte) ([]byte, error) {
	r, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	text := armor.NewWriter(&out)
	w, err := age.Encrypt(text, r)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := errors.Join(w.Close(), text.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
