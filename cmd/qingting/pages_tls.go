package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is one of files, which is read again when they change: who renews
// it need not restart the server.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex
	now     *tls.Certificate
	stamp   string
	checked time.Time
}

// certificateEvery is how often the files are looked at.
const certificateEvery = 10 * time.Second

func newCertificate(certFile, keyFile string) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: slog.New(slog.DiscardHandler)}
	return c, c.read()
}

func (c *certificate) read() error {
	stamp, err := c.stampOf()
	if err != nil {
		return fmt.Errorf("certificate of the pages: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("certificate of the pages: %w", err)
	}
	c.now, c.stamp = &pair, stamp
	return nil
}

func (c *certificate) stampOf() (stamp string, err error) {
	for _, file := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(file)
		if err != nil {
			return "", err
		}
		stamp += fmt.Sprintf("%d %d;", info.ModTime().UnixNano(), info.Size())
	}
	return stamp, nil
}

// get is tls.Config.GetCertificate. Files that cannot be read, or do not belong
// together yet, leave the certificate before them in place.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.checked) >= certificateEvery {
		c.checked = now
		if stamp, err := c.stampOf(); err != nil || stamp != c.stamp {
			if err = c.read(); err != nil {
				c.log.Error("the certificate of the pages changed, and cannot be used; the one before stays", "error", err)
			} else {
				c.log.Info("the certificate of the pages was read again")
			}
		}
	}
	return c.now, nil
}

func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}}
}
