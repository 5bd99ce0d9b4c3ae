package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/internal/secrets"
	"qingting/web"
)

// How people sign in to the pages.
const (
	signInAuto     = "auto"     // as loopback, until somebody has an account
	signInRequired = "required" // everybody does
	signInLoopback = "loopback" // whoever is on this machine does not
)

// pagesFlags say where the pages are, and who comes in.
type pagesFlags struct {
	HTTP         string   `name:"http" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where pages and the HTTP API are served (default ${default})."`
	PagesURL     string   `name:"pages-url" placeholder:"URL" help:"Where people reach the pages, when that is another address: https://qingting.example. One-time links and the issuer go by it."`
	HTTPCert     string   `name:"http-cert" placeholder:"FILE" help:"Certificate of the pages, PEM. It is read again when the file changes."`
	HTTPKey      string   `name:"http-key" placeholder:"FILE" help:"Key of that certificate, PEM."`
	TrustedProxy []string `name:"trusted-proxy" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For and X-Forwarded-Proto count, such as 10.0.0.0/8; may be repeated."`

	SignIn         string        `name:"sign-in" default:"auto" enum:"auto,required,loopback" help:"Who signs in: required is everybody; loopback lets whoever is on this machine in as an analyst; auto does so until there is an account, and requires it on any other address (default ${default})."`
	SessionIdle    time.Duration `name:"session-idle" default:"2h" help:"After what time without a request one has to sign in again (default ${default})."`
	SessionLife    time.Duration `name:"session-life" default:"12h" help:"After what time one has to sign in again at any rate (default ${default})."`
	OIDCIssuer     string        `name:"oidc-issuer" placeholder:"URL" help:"OpenID Connect issuer that people may sign in with. Its redirect URL is that of the pages and /sign-in/issuer/done."`
	OIDCClient     string        `name:"oidc-client" placeholder:"ID" help:"Id of this client there."`
	OIDCSecretFile string        `name:"oidc-secret-file" placeholder:"FILE" help:"Secret of this client; else $$QINGTING_OIDC_SECRET."`
	OIDCName       string        `name:"oidc-name" default:"preferred_username" placeholder:"CLAIM" help:"Claim that is the user's name here. People must not be able to choose it (default ${default})."`
	OIDCDomain     string        `name:"oidc-domain" placeholder:"DOMAIN" help:"What must stand after the @ of that claim, and is cut off."`
	OIDCGroups     string        `name:"oidc-groups" default:"groups" placeholder:"CLAIM" help:"Claim of the groups that --oidc-role names (default ${default})."`
	OIDCRole       []string      `name:"oidc-role" placeholder:"GROUP=ROLE" help:"Members of the group have the role, at each sign-in, in the place of what the register says; may be repeated."`
	OIDCRegister   bool          `name:"oidc-register" help:"Who the issuer knows becomes a user, in the roles of their groups or as an analyst. Else the register must know them."`
	OIDCScope      []string      `name:"oidc-scope" placeholder:"SCOPE" help:"Scopes to ask for beside openid (profile, when none is given); may be repeated."`
}

// pagesConfig is what the flags come to.
type pagesConfig struct {
	addr     string
	url      *url.URL // where people reach the pages
	proxies  []netip.Prefix
	cert     string
	key      string
	signIn   string
	accounts account.Config // Store and Register are filled in
	issuer   *account.Issuer
	limits   web.Limits
}

// loopbackOnly says that only this machine reaches an address.
func loopbackOnly(addr string) (bool, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false, usagef("--http %q: write host:port, such as 127.0.0.1:8080", addr)
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback(), nil
}

func (f pagesFlags) config() (c pagesConfig, err error) {
	c = pagesConfig{addr: f.HTTP, cert: f.HTTPCert, key: f.HTTPKey, signIn: f.SignIn}
	local, err := loopbackOnly(f.HTTP)
	if err != nil {
		return c, err
	}
	switch {
	case !local && f.SignIn == signInLoopback:
		return c, usagef("--sign-in loopback is for pages that only this machine reaches, and %s is another address: leave it out, or serve on 127.0.0.1", f.HTTP)
	case !local:
		c.signIn = signInRequired
	}
	if (f.HTTPCert == "") != (f.HTTPKey == "") {
		return c, usagef("--http-cert and --http-key go together")
	}
	if c.url, err = f.url(local); err != nil {
		return c, err
	}
	for _, cidr := range f.TrustedProxy {
		p, err := netip.ParsePrefix(cidr)
		if a, bad := netip.ParseAddr(cidr); err != nil && bad == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return c, usagef("--trusted-proxy %q: write a network such as 10.0.0.0/8, or an address", cidr)
		}
		c.proxies = append(c.proxies, p.Masked())
	}
	c.accounts = account.Config{Idle: f.SessionIdle, Absolute: f.SessionLife}
	if f.SessionIdle < time.Minute || f.SessionIdle > f.SessionLife || f.SessionLife > account.MaxSession {
		return c, usagef("--session-idle is a minute at least and --session-life at most, and that is %s at most", account.MaxSession)
	}
	c.issuer, err = f.issuer(c.url)
	return c, err
}

// url is where people reach the pages: as the flag says, or by the address.
func (f pagesFlags) url(local bool) (*url.URL, error) {
	if f.PagesURL == "" {
		scheme := "http"
		if f.HTTPCert != "" {
			scheme = "https"
		}
		return &url.URL{Scheme: scheme, Host: reachable(f.HTTP)}, nil
	}
	u, err := url.Parse(f.PagesURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return nil, usagef("--pages-url %q: write scheme and host alone, such as https://qingting.example", f.PagesURL)
	}
	if u.Scheme == "http" && !local {
		return nil, usagef("--pages-url %s: passwords would cross the network in the clear; serve TLS by --http-cert and --http-key, or have a proxy do it", f.PagesURL)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// reachable is an address as others would write it: of one that means every
// address, by the name of this machine.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host != "" && (ip == nil || !ip.IsUnspecified()) {
		return addr
	}
	if host, err = os.Hostname(); err != nil {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// issuer is the one that the flags name; nil for none.
func (f pagesFlags) issuer(pages *url.URL) (*account.Issuer, error) {
	if f.OIDCIssuer == "" {
		if f.OIDCClient != "" || f.OIDCRegister || len(f.OIDCRole) > 0 {
			return nil, usagef("the flags of OpenID Connect take --oidc-issuer")
		}
		return nil, nil
	}
	if f.OIDCClient == "" {
		return nil, usagef("--oidc-issuer takes --oidc-client")
	}
	if u, err := url.Parse(f.OIDCIssuer); err != nil || u.Host == "" || u.Scheme != "https" && !onLoopback(u.Host) {
		return nil, usagef("--oidc-issuer %q: write a URL that begins with https://", f.OIDCIssuer)
	}
	secret, err := tokenOf("--oidc-secret-file", f.OIDCSecretFile, "QINGTING_OIDC_SECRET")
	if err != nil {
		return nil, err
	}
	roles := make(map[string][]access.Role)
	for _, pair := range f.OIDCRole {
		group, role, ok := cutLastByte(pair, '=')
		if !ok || group == "" || !access.Role(role).Valid() {
			return nil, usagef("--oidc-role %q: write GROUP=ROLE, the role one of %s", pair, access.RoleNames())
		}
		roles[group] = append(roles[group], access.Role(role))
	}
	issuer, err := account.NewIssuer(account.IssuerConfig{
		URL: f.OIDCIssuer, ClientID: f.OIDCClient, Secret: secret, Redirect: pages.JoinPath(web.IssuerPath).String(),
		NameClaim: f.OIDCName, Domain: f.OIDCDomain, GroupsClaim: f.OIDCGroups, Roles: roles, Register: f.OIDCRegister, Scopes: f.OIDCScope,
	})
	if err != nil {
		return nil, usageError{err}
	}
	return issuer, nil
}

func cutLastByte(s string, sep byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// checkTLS reads the certificate once, so that a mistake is told at the start.
func (c pagesConfig) checkTLS() (*certificate, error) {
	if c.cert == "" {
		return nil, nil
	}
	if _, err := secrets.ReadPrivate(c.key); err != nil {
		return nil, fmt.Errorf("--http-key: %w", err)
	}
	return newCertificate(c.cert, c.key)
}

// httpServer is one with limits on what a slow or rude client may do.
func httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
}
