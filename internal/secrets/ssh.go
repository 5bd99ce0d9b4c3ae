package secrets

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"
)

// sshIdentity is an SSH private key that knows its recipient.
type sshIdentity struct {
	age.Identity
	recipient string
}

// isSSH tells a private key in PEM from everything else. An age file in armor is
// PEM too, and has been opened by then.
func isSSH(content []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("-----BEGIN"))
}

// parseSSHIdentity reads an SSH private key, protected by a passphrase or not.
func parseSSHIdentity(path string, content []byte, passphrase func() ([]byte, error)) (age.Identity, error) {
	key, err := ssh.ParseRawPrivateKey(content)
	var missing *ssh.PassphraseMissingError
	if errors.As(err, &missing) {
		if passphrase == nil {
			return nil, fmt.Errorf("identity file %q is protected by a passphrase, and there is no way to ask for it", path)
		}
		pass, err := passphrase()
		if err != nil {
			return nil, fmt.Errorf("identity file %q: %w", path, err)
		}
		defer clear(pass)
		if key, err = ssh.ParseRawPrivateKeyWithPassphrase(content, pass); err != nil {
			return nil, fmt.Errorf("identity file %q: wrong passphrase, or the file is damaged", path)
		}
	} else if err != nil {
		return nil, fmt.Errorf("identity file %q: neither an age identity nor an SSH private key", path)
	}
	id, err := sshIdentityOf(key)
	if err != nil {
		return nil, fmt.Errorf("identity file %q: %w", path, err)
	}
	return id, nil
}

func sshIdentityOf(key any) (age.Identity, error) {
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, errSSHType
	}
	// crypto/ssh gives ed25519 keys now by value and now by reference.
	if k, ok := key.(*ed25519.PrivateKey); ok {
		key = *k
	}
	var id age.Identity
	switch k := key.(type) {
	case ed25519.PrivateKey:
		id, err = agessh.NewEd25519Identity(k)
	case *rsa.PrivateKey:
		id, err = agessh.NewRSAIdentity(k)
	default:
		return nil, errSSHType
	}
	if err != nil {
		return nil, errSSHType
	}
	return sshIdentity{id, sshText(signer.PublicKey())}, nil
}

var errSSHType = errors.New("an SSH key of a type that cannot open: only ssh-ed25519 and ssh-rsa can")
