package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// authority is a certificate authority made for one test.
type authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir()}
	a.cert, a.key = a.issue(t, "ca", nil)
	return a
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name+".pem") }

func (a *authority) keyFile(name string) string { return filepath.Join(a.dir, name+"-key.pem") }

// issue makes name.pem and name-key.pem, signed by the authority, or by itself
// when it has no parent.
func (a *authority) issue(t testing.TB, name string, parent *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	signer := a.key
	if parent == nil {
		template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{
		a.file(name):    {Type: "CERTIFICATE", Bytes: der},
		a.keyFile(name): {Type: "PRIVATE KEY", Bytes: pkcs8},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// tlsBlock is the TLS part of a server's configuration.
func (a *authority) tlsBlock(verify bool) string {
	return fmt.Sprintf("tls { cert_file: %q, key_file: %q, ca_file: %q, verify: %t }\n",
		a.file("server"), a.keyFile("server"), a.file("ca"), verify)
}

func servesByClientCertificate(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.issue(t, "server", a.cert)
	a.issue(t, "worker", a.cert)
	srv := natsServer(t, withJetStream+a.tlsBlock(true))
	js := administrator(t, srv.ClientURL(), nats.RootCAs(a.file("ca")), nats.ClientCert(a.file("worker"), a.keyFile("worker")))
	s := outside(t, srv.ClientURL(), "--ca", a.file("ca"), "--cert", a.file("worker"), "--cert-key", a.keyFile("worker"))
	s.runThrough(t, js, 50)
}

// newUser makes an nkey: its public half, and a file with its seed.
func newUser(t testing.TB) (public, seedFile string) {
	t.Helper()
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	if public, err = user.PublicKey(); err != nil {
		t.Fatal(err)
	}
	seed, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	return public, secretFile(t, string(seed)+"\n")
}

func TestServeByNKey(t *testing.T) {
	t.Parallel()
	public, seed := newUser(t)
	srv := natsServer(t, withJetStream+fmt.Sprintf("authorization { users: [ { nkey: %s } ] }", public))
	opt, err := nats.NkeyOptionFromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	js := administrator(t, srv.ClientURL(), opt)
	outside(t, srv.ClientURL(), "--nkey", seed).runThrough(t, js, 50)
}

// TestServeByCredentials goes by operator, account and user, as nsc makes them.
func TestServeByCredentials(t *testing.T) {
	t.Parallel()
	operator, account, user := newPair(t, nkeys.CreateOperator), newPair(t, nkeys.CreateAccount), newPair(t, nkeys.CreateUser)
	system := newPair(t, nkeys.CreateAccount)

	oc := jwt.NewOperatorClaims(operator.public)
	oc.SystemAccount = system.public
	operatorJWT := operator.sign(t, oc.Encode)
	ac := jwt.NewAccountClaims(account.public)
	ac.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: -1, DiskStorage: -1, Streams: -1, Consumer: -1}
	accountJWT := operator.sign(t, ac.Encode)
	systemJWT := operator.sign(t, jwt.NewAccountClaims(system.public).Encode)
	uc := jwt.NewUserClaims(user.public)
	userJWT := account.sign(t, uc.Encode)

	seed, err := user.pair.Seed()
	if err != nil {
		t.Fatal(err)
	}
	creds, err := jwt.FormatUserConfig(userJWT, seed)
	if err != nil {
		t.Fatal(err)
	}
	file := secretFile(t, string(creds))
	srv := natsServer(t, withJetStream+fmt.Sprintf("operator: %s\nsystem_account: %s\nresolver: MEMORY\nresolver_preload: { %s: %s, %s: %s }\n",
		operatorJWT, system.public, account.public, accountJWT, system.public, systemJWT))
	js := administrator(t, srv.ClientURL(), nats.UserCredentials(file))
	outside(t, srv.ClientURL(), "--creds", file).runThrough(t, js, 50)
}

// pair is an nkey of any kind.
type pair struct {
	pair   nkeys.KeyPair
	public string
}

func newPair(t testing.TB, create func() (nkeys.KeyPair, error)) pair {
	t.Helper()
	kp, err := create()
	if err != nil {
		t.Fatal(err)
	}
	public, err := kp.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return pair{kp, public}
}

func (p pair) sign(t testing.TB, encode func(nkeys.KeyPair) (string, error)) string {
	t.Helper()
	token, err := encode(p.pair)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
