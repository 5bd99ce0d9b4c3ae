package secrets

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
	"filippo.io/age/plugin"
)

// MinPassphrase is the shortest passphrase for a new identity file, in bytes.
const MinPassphrase = 8

// LoadIdentities reads an identity file: age identities (AGE-SECRET-KEY-…) and
// those of age plugins (AGE-PLUGIN-…), in the clear or encrypted with a
// passphrase, armored or not; or one SSH private key. passphrase is called only
// for a protected file; what it returns is overwritten. A nil passphrase refuses
// protected files. A plugin asks its questions at the terminal.
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
	if isSSH(content) {
		id, err := parseSSHIdentity(path, content, passphrase)
		if err != nil {
			return nil, err
		}
		return []age.Identity{id}, nil
	}
	var ids []age.Identity
	for _, line := range lines(content) {
		id, err := parseIdentity(line)
		if err != nil {
			// age quotes what it could not parse, which may be most of a key.
			return nil, fmt.Errorf("identity file %q: not an age identity file (AGE-SECRET-KEY-…)", path)
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("identity file %q: not an age identity file (AGE-SECRET-KEY-…)", path)
	}
	return ids, nil
}

func parseIdentity(line string) (age.Identity, error) {
	if strings.HasPrefix(line, "AGE-PLUGIN-") {
		return plugin.NewIdentity(line, terminalUI)
	}
	ids, err := age.ParseIdentities(strings.NewReader(line))
	if err != nil {
		return nil, err
	}
	return ids[0], nil
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

// terminalUI lets a plugin speak with the officer.
var terminalUI = plugin.NewTerminalUI(toStderr, toStderr)

func toStderr(format string, v ...any) { fmt.Fprintf(os.Stderr, format+"\n", v...) }

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
		case sshIdentity:
			out = append(out, id.recipient)
		case *plugin.Identity:
			return nil, fmt.Errorf("only age-plugin-%s itself can tell the recipient of this identity: look at what it printed when it was made", id.Name())
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
