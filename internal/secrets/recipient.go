package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/plugin"
	"golang.org/x/crypto/ssh"
)

// Recipient is one recipient, parsed.
type Recipient struct {
	Text string        // the one way to write it: age1…, or an SSH key without its comment
	Note string        // in a file, the comment line right above it, without the #
	Key  age.Recipient // its String method gives Text
}

// ReadRecipients reads a recipients file: one recipient (age1pq…, age1…, that of
// an age plugin, ssh-ed25519 …, ssh-rsa …) a line; empty lines and lines starting
// with # are ignored, but for the notes they are.
func ReadRecipients(path string) ([]Recipient, error) {
	content, err := readPublic(path)
	if err != nil {
		return nil, err
	}
	var all []Recipient
	note, n := "", 0
	for line := range strings.Lines(string(content)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			note = strings.TrimSpace(strings.TrimLeft(line, "#"))
			continue
		}
		r, err := ParseRecipient(line)
		if err != nil {
			return nil, fmt.Errorf("recipients file %q, line %d: %w", path, n, err)
		}
		r.Note, note = note, ""
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("recipients file %q has no recipient: run %q and add the line it prints", path, "qingting keys new")
	}
	return all, nil
}

// LoadRecipients is ReadRecipients for who only wants to seal.
func LoadRecipients(path string) ([]age.Recipient, error) {
	all, err := ReadRecipients(path)
	if err != nil {
		return nil, err
	}
	keys := make([]age.Recipient, len(all))
	for i, r := range all {
		keys[i] = r.Key
	}
	return keys, nil
}

// ParseRecipient reads one recipient. That of a plugin is not tried: sealing to
// it runs age-plugin-NAME, found by $PATH, which may ask nothing of anybody.
func ParseRecipient(text string) (Recipient, error) {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "AGE-SECRET-KEY-"), strings.HasPrefix(text, "AGE-PLUGIN-"), strings.HasPrefix(text, "-----BEGIN"):
		// Never quoted: this is the secret half.
		return Recipient{}, errors.New("this is an identity, which must stay with its officer; give the recipient (age1…)")
	case strings.HasPrefix(text, "ssh-"):
		return parseSSHRecipient(text)
	case strings.HasPrefix(text, "age1"):
		return parseAgeRecipient(text)
	}
	return Recipient{}, errors.New("not an age recipient (age1…) nor an SSH public key (ssh-ed25519 …)")
}

func parseAgeRecipient(text string) (Recipient, error) {
	malformed := errors.New("malformed age recipient: copy the whole line again")
	name, _, err := plugin.ParseRecipient(text)
	// The name of age's own is what stands between age1 and the last 1: nothing,
	// or the letters of a kind.
	if err == nil && name != "pq" {
		r, err := plugin.NewRecipient(text, silentUI)
		if err != nil {
			return Recipient{}, malformed
		}
		return Recipient{Text: text, Key: r}, nil
	}
	found, err := age.ParseRecipients(strings.NewReader(text))
	if err != nil || len(found) != 1 {
		return Recipient{}, malformed
	}
	return Recipient{Text: text, Key: found[0]}, nil
}

// silentUI is the face that a plugin sees on a server: there is nobody to ask.
var silentUI = &plugin.ClientUI{
	DisplayMessage: func(_, _ string) error { return nil },
	RequestValue:   func(name, _ string, _ bool) (string, error) { return "", nobodyThere(name) },
	Confirm:        func(name, _, _, _ string) (bool, error) { return false, nobodyThere(name) },
	WaitTimer:      func(string) {},
}

func nobodyThere(name string) error {
	return fmt.Errorf("age-plugin-%s asks for something, and nobody is here to answer: sealing must do without", name)
}

// sshRecipient is an SSH key that knows how it is written.
type sshRecipient struct {
	age.Recipient
	text string
}

// String is the key without its comment.
func (r sshRecipient) String() string { return r.text }

func parseSSHRecipient(text string) (Recipient, error) {
	key, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(text))
	if err != nil || len(bytes.TrimSpace(rest)) > 0 {
		return Recipient{}, errors.New("malformed SSH public key: copy the whole line again")
	}
	text = sshText(key)
	r, err := agessh.ParseRecipient(text)
	if err != nil {
		// What age says quotes the key: it is public, and says nothing more.
		return Recipient{}, errors.New("this SSH key cannot be sealed to: give one of type ssh-ed25519, or ssh-rsa of 2048 bits or more")
	}
	return Recipient{Text: text, Key: sshRecipient{r, text}}, nil
}

// sshText writes an SSH public key without a comment.
func sshText(key ssh.PublicKey) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}
