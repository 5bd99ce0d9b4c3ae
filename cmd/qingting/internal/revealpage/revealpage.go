// Package revealpage is the officer's page: a form that asks for a record's sealed
// values, and a page that shows them for a moment. It is served on loopback by
// the officer's own process, which holds the identity:
//
//	c, err := revealpage.New(revealpage.Config{Reveal: reveal, Ask: ask, Actor: "lin"})
//	http.Serve(listener, c.Handler(listener.Addr()))   // open c.URL(addr) in a browser
//
// It guarantees that no other page, host name or user of the machine reaches
// what it shows: the address holds a key of 128 bits, which becomes a cookie at
// the first visit; other Host headers and cross-origin posts are refused.
// Nothing is kept: answers are no-store, a page with values leaves the screen by
// itself, and it is marked with who sees it and when. It cannot keep anyone from
// photographing a screen: the mark says whose it was.
package revealpage

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Request is what the officer asks for.
type Request struct {
	Record, Purpose, Reason, Ticket, Approval, Only string
}

// Value is one value, opened.
type Value struct{ Type, Field, Value string }

// Revealed is a record, opened: personal data.
type Revealed struct {
	Record string
	Entry  int64 // of the ledger
	Actor  string
	Text   string // empty when only some values were asked for
	Values []Value
}

// Purpose is a choice of the form.
type Purpose struct{ Code, ZH, EN string }

// Type is a type of personal data, and what it is called.
type Type struct{ Code, ZH, EN string }

// Config is what a console does its work with. Reveal and Ask are required.
type Config struct {
	// Reveal has a record released and opens it, in this process.
	Reveal func(context.Context, Request) (Revealed, error)
	// Ask asks for a second person's consent and returns the approval's id.
	Ask func(context.Context, Request) (string, error)
	// Code is the code of an error of these, which the page has a text for; nil
	// knows none.
	Code     func(error) string
	Purposes []Purpose
	Types    []Type        // of personal data, by their names; others go by their codes
	Shown    time.Duration // how long values stay on the screen; default 2 minutes
	Now      func() time.Time
}

// Page serves the form and the values.
type Page struct {
	cfg  Config
	key  string
	tmpl *template.Template
	used atomic.Int64 // Unix time of the last request let in
}

//go:embed assets
var assets embed.FS

const cookieName = "qingting-console"

// New makes a console with a key of its own.
func New(cfg Config) (*Page, error) {
	if cfg.Reveal == nil || cfg.Ask == nil {
		return nil, errors.New("revealpage: Reveal and Ask are required")
	}
	if cfg.Shown == 0 {
		cfg.Shown = 2 * time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Code == nil {
		cfg.Code = func(error) string { return "" }
	}
	var key [16]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, fmt.Errorf("revealpage: %w", err)
	}
	tmpl, err := template.ParseFS(assets, "assets/page.html")
	if err != nil {
		return nil, fmt.Errorf("revealpage: %w", err)
	}
	c := &Page{cfg: cfg, key: hex.EncodeToString(key[:]), tmpl: tmpl}
	c.used.Store(cfg.Now().Unix())
	return c, nil
}

// URL is where the officer's browser goes. It holds the key.
func (c *Page) URL(addr net.Addr) string { return "http://" + addr.String() + "/open/" + c.key }

// Idle is how long nobody has used the console.
func (c *Page) Idle() time.Duration { return c.cfg.Now().Sub(time.Unix(c.used.Load(), 0)) }

// Handler serves the console at addr, and at no other name.
func (c *Page) Handler(addr net.Addr) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /open/{key}", c.open)
	mux.Handle("GET /{$}", c.let(c.form))
	mux.Handle("GET /hidden", c.let(c.form))
	mux.Handle("POST /reveal", c.let(c.reveal))
	mux.Handle("POST /ask", c.let(c.ask))
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		if r.Host != addr.String() { // a name that another points here
			http.Error(w, "this console answers at its own address only", http.StatusForbidden)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// open turns the key of the address into a cookie.
func (c *Page) open(w http.ResponseWriter, r *http.Request) {
	if !c.fits(r.PathValue("key")) {
		http.NotFound(w, r)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: c.key, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (c *Page) fits(key string) bool {
	return subtle.ConstantTimeCompare([]byte(key), []byte(c.key)) == 1
}

// let passes those with the cookie.
func (c *Page) let(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie(cookieName)
		if err != nil || !c.fits(cookie.Value) {
			http.Error(w, "open the address that qingting console printed", http.StatusForbidden)
			return
		}
		c.used.Store(c.cfg.Now().Unix())
		next(w, r)
	})
}

// page is what the template shows.
type page struct {
	T        words
	Nonce    string
	Request  Request
	Purposes []choice
	Types    []choice
	Error    string
	Asked    string // id of an approval
	Hidden   bool
	Revealed *Revealed
	Seconds  int
	Mark     string // who and when
	Marks    []struct{}
}

type choice struct {
	Code, Name string
	Chosen     bool
}

const marks = 60 // repetitions of the mark behind the values

func (c *Page) page(r *http.Request) page {
	t := english
	if chinese(r.Header.Get("Accept-Language")) {
		t = mandarin
	}
	return page{T: t, Request: Request{
		Record: r.PostFormValue("record"), Purpose: r.PostFormValue("purpose"), Reason: r.PostFormValue("reason"),
		Ticket: r.PostFormValue("ticket"), Approval: r.PostFormValue("approval"), Only: r.PostFormValue("only"),
	}, Seconds: int(c.cfg.Shown.Seconds())}
}

// chinese says whether English does not come before Chinese in an Accept-Language.
func chinese(accept string) bool {
	zh, en := strings.Index(accept, "zh"), strings.Index(accept, "en")
	return en < 0 || zh >= 0 && zh < en
}

func (c *Page) form(w http.ResponseWriter, r *http.Request) {
	p := c.page(r)
	p.Hidden = r.URL.Path == "/hidden"
	c.show(w, http.StatusOK, p)
}

// coded is a request with the code of a type that was called by its name.
func (c *Page) coded(r Request) Request {
	for _, t := range c.cfg.Types {
		if only := strings.TrimSpace(r.Only); only == t.ZH || strings.EqualFold(only, t.EN) {
			r.Only = t.Code
		}
	}
	return r
}

// Called is what a type is called on the page.
func (p page) Called(typ string) string {
	for _, t := range p.Types {
		if t.Code == typ {
			return t.Name
		}
	}
	return typ
}

// maxForm bounds what a form may post.
const maxForm = 64 << 10

func (c *Page) reveal(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	p := c.page(r)
	rev, err := c.cfg.Reveal(r.Context(), c.coded(p.Request))
	if err != nil {
		p.Error = p.T.refused(c.cfg.Code(err), err.Error())
		c.show(w, http.StatusUnprocessableEntity, p)
		return
	}
	p.Revealed, p.Marks = &rev, make([]struct{}, marks)
	p.Mark = p.T.who(rev.Actor) + " · " + c.cfg.Now().Format("2006-01-02 15:04:05")
	c.show(w, http.StatusOK, p)
}

func (c *Page) ask(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	p := c.page(r)
	id, err := c.cfg.Ask(r.Context(), c.coded(p.Request))
	if err != nil {
		p.Error = p.T.refused(c.cfg.Code(err), err.Error())
		c.show(w, http.StatusUnprocessableEntity, p)
		return
	}
	p.Asked, p.Request.Approval = id, id
	c.show(w, http.StatusOK, p)
}

// show renders a page, whole or not at all.
func (c *Page) show(w http.ResponseWriter, status int, p page) {
	for _, pu := range c.cfg.Purposes {
		name := pu.EN
		if p.T.Lang == mandarin.Lang {
			name = pu.ZH
		}
		p.Purposes = append(p.Purposes, choice{pu.Code, name, pu.Code == p.Request.Purpose})
	}
	for _, t := range c.cfg.Types {
		name := t.EN
		if p.T.Lang == mandarin.Lang {
			name = t.ZH
		}
		p.Types = append(p.Types, choice{Code: t.Code, Name: name})
	}
	var nonce [16]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		http.Error(w, "no random numbers", http.StatusInternalServerError)
		return
	}
	p.Nonce = hex.EncodeToString(nonce[:])
	var body strings.Builder
	if err := c.tmpl.ExecuteTemplate(&body, "page.html", p); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; style-src 'nonce-"+p.Nonce+"'")
	if p.Revealed != nil { // leaves the screen without a script
		h.Set("Refresh", fmt.Sprintf("%d; url=/hidden", p.Seconds))
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body.String())) // the browser is gone
}
