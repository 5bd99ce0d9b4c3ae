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
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Which address takes which way of signing in.
func TestPagesFlags(t *testing.T) {
	for _, c := range []struct {
		flags pagesFlags
		want  string // how people sign in, or what the mistake says
	}{
		{pagesFlags{HTTP: "127.0.0.1:8080", SignIn: signInAuto}, signInAuto},
		{pagesFlags{HTTP: "localhost:8080", SignIn: signInLoopback}, signInLoopback},
		{pagesFlags{HTTP: "[::1]:8080", SignIn: signInRequired}, signInRequired},
		{pagesFlags{HTTP: "0.0.0.0:8080", SignIn: signInAuto}, signInRequired},
		{pagesFlags{HTTP: ":8080", SignIn: signInAuto}, signInRequired},
		{pagesFlags{HTTP: "127.0.0.1.example:8080", SignIn: signInAuto}, signInRequired},
		{pagesFlags{HTTP: "10.0.0.1:8080", SignIn: signInLoopback}, "only this machine reaches"},
		{pagesFlags{HTTP: "8080", SignIn: signInAuto}, "write host:port"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, PagesURL: "http://q.example"}, "in the clear"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, PagesURL: "https://q.example/x"}, "host alone"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, HTTPCert: "x"}, "go together"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, TrustedProxy: []string{"x"}}, "--trusted-proxy"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, OIDCRegister: true}, "--oidc-issuer"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, OIDCIssuer: "http://issuer.example", OIDCClient: "x"}, "https://"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, OIDCIssuer: "https://issuer.example", OIDCClient: "x", OIDCRole: []string{"a=root"}}, "GROUP=ROLE"},
		{pagesFlags{HTTP: ":1", SignIn: signInAuto, OIDCIssuer: "https://issuer.example", OIDCClient: "x", OIDCRole: []string{"cn=a,ou=b=analyst"}}, signInRequired},
	} {
		c.flags.SessionIdle, c.flags.SessionLife = time.Hour, time.Hour
		got, err := c.flags.config()
		if err != nil && !strings.Contains(err.Error(), c.want) || err == nil && got.signIn != c.want {
			t.Errorf("%+v: %q, %v; want %q", c.flags, got.signIn, err, c.want)
		}
	}
}

// writeCertificate makes a certificate of a serial number for 127.0.0.1.
func writeCertificate(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "pages"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &pair.PublicKey, pair)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(pair)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// A certificate that is renewed is served without a restart; one that is broken is not.
func TestCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key := writeCertificate(t, dir, 1)
	c, err := newCertificate(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	serves := func(want int64) {
		t.Helper()
		c.checked = time.Time{}
		got, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(got.Certificate[0])
		if err != nil || leaf.SerialNumber.Int64() != want {
			t.Errorf("serves certificate %v (%v), want %d", leaf.SerialNumber, err, want)
		}
	}
	serves(1)
	writeCertificate(t, dir, 2)
	serves(2)
	if err := os.WriteFile(cert, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	serves(2)
	writeCertificate(t, dir, 3)
	serves(3)
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := (pagesConfig{cert: cert, key: key}).checkTLS(); err == nil {
		t.Error("a key that others can read is taken")
	}
}

// TestSigningIn goes from the link on the terminal to the first account, to a user with a
// link, and to their end; and reads what the ledger has of it.
func TestSigningIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pages := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s.flags = append(s.flags, "--http", pages, "--roles", "ingest,index,web")
	server := s.start(t)
	s.awaitCustody(t, 1)
	site := "http://" + pages
	waitFor(t, s, "the first link", func() bool { return firstLink.MatchString(s.output.String()) })
	const word = "three cats crossed seven bridges"
	both := func(name string) url.Values { return url.Values{"name": {name}, "password": {word}, "again": {word}} }
	browser := func() *http.Client {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Jar: jar}
	}
	post := func(c *http.Client, target string, form url.Values) string {
		t.Helper()
		res, err := c.PostForm(target, form)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return fmt.Sprint(res.StatusCode, " ", res.Request.URL.Path)
	}
	first := firstLink.FindString(s.output.String())
	if got, err := status(t.Context(), site+"/", ""); got != 200 {
		t.Errorf("the visitor before there is an account: status %d (%v)", got, err)
	}
	lin := browser()
	if got := post(lin, first, both("lin")); got != "200 /sign-in" {
		t.Fatalf("the first account: %s", got)
	}
	if got := post(browser(), first, both("mallory")); got != "410 /link" {
		t.Errorf("the link again: %s", got)
	}
	if got := post(lin, site+"/sign-in", both("lin")); got != "200 /" {
		t.Errorf("signing in: %s", got)
	}
	time.Sleep(1100 * time.Millisecond) // what nobody can sign in is remembered that long
	if got := post(browser(), site+"/account/sessions/end-all", nil); got != "401 /account/sessions/end-all" {
		t.Errorf("nobody: %s", got)
	}
	if got, err := status(t.Context(), site+"/api/v1/report", ""); got != http.StatusUnauthorized {
		t.Errorf("the visitor after it: status %d (%v)", got, err)
	}

	operator := []string{"--nats", "nats://" + s.addr, "--token-file", filepath.Join(s.data()+"-secrets", operatorTokenFile)}
	link := strings.TrimSpace(s.prints(t, slices.Concat([]string{"users", "add", "wu", "--role", "analyst", "--link", "--pages-url", site}, operator)...))
	wu := browser()
	if got := post(wu, link, both("wu")); got != "200 /sign-in" {
		t.Fatalf("wu's link: %s", got)
	}
	if got := post(wu, site+"/sign-in", both("wu")); got != "200 /" {
		t.Errorf("wu signs in: %s", got)
	}
	token := strings.TrimSpace(s.prints(t, slices.Concat([]string{"users", "token", "wu", "--api", "dashboard", "--scope", "search"}, operator)...))
	s.fails(t, 1, "may not", slices.Concat([]string{"users", "token", "wu", "--api", "other", "--scope", "govern"}, operator)...)
	if got, err := status(t.Context(), site+"/api/v1/report", token); got != 200 {
		t.Errorf("the token: status %d (%v)", got, err)
	}
	again := strings.TrimSpace(s.prints(t, slices.Concat([]string{"users", "link", "wu", "--pages-url", site}, operator)...))
	s.run(t, slices.Concat([]string{"users", "disable", "wu"}, operator)...)
	if got := post(wu, site+"/account/sessions/end-all", nil); got != "401 /account/sessions/end-all" {
		t.Errorf("wu, disabled: %s", got)
	}
	if got := post(browser(), again, both("wu")); got != "410 /link" {
		t.Errorf("a link of who is disabled: %s", got)
	}
	if got, err := status(t.Context(), site+"/api/v1/report", token); got != http.StatusUnauthorized {
		t.Errorf("a token of who is disabled: status %d (%v)", got, err)
	}
	s.stop(t, server)

	ledger := s.prints(t, "audit", "list", "--action", "user", "--json", "--data", s.data())
	for _, want := range []string{"pages: first account, by the link on the terminal", "signed in by password", "password chosen by link", "pages: link used"} {
		if !strings.Contains(ledger, want) {
			t.Errorf("the ledger lacks %q", want)
		}
	}
	for _, secret := range []string{word, token, link[strings.Index(link, "=")+1:]} {
		if strings.Contains(s.output.String(), secret) || strings.Contains(ledger, secret) {
			t.Error("a secret is shown where it must not be")
		}
	}
}
