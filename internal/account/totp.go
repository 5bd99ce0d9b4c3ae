package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"qingting/internal/access"
)

const (
	codePeriod    = 30 // seconds (RFC 6238)
	codeSkew      = 1  // periods that a clock may be off, either way
	recoveryCodes = 8
)

// Enrolment is what an app needs to make one-time codes.
type Enrolment struct {
	Secret string      // base32, in groups of four
	URL    string      // otpauth://…
	Square image.Image // the barcode of URL, one pixel a module
}

// enrolment makes the URL and the barcode of a secret.
func enrolment(user, secret string) (Enrolment, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return Enrolment{}, errors.New("account: a stored secret is malformed")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "qingting", AccountName: user, Secret: raw, Period: codePeriod})
	if err != nil {
		return Enrolment{}, fmt.Errorf("account: %w", err)
	}
	square, err := qr.Encode(key.URL(), qr.M, qr.Auto)
	if err != nil {
		return Enrolment{}, fmt.Errorf("account: %w", err)
	}
	var groups []string
	for chunk := range slices.Chunk([]byte(secret), 4) {
		groups = append(groups, string(chunk))
	}
	return Enrolment{Secret: strings.Join(groups, " "), URL: key.URL(), Square: square}, nil
}

// Path is a barcode as the data of an SVG path, and how many modules it is wide.
func (e Enrolment) Path() (path string, width int) {
	var b strings.Builder
	bounds := e.Square.Bounds()
	dark := func(x, y int) bool {
		return x < bounds.Max.X && color.GrayModel.Convert(e.Square.At(x, y)).(color.Gray).Y < 128
	}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			from := x
			for dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return b.String(), bounds.Dx()
}

func newSecret() (string, error) {
	raw := make([]byte, 20)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw), nil
}

// stepOf is the period of which code is, near now; ok is false for a wrong code.
// Every period is compared.
func stepOf(secret, code string, now time.Time) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	for off := int64(-codeSkew); off <= codeSkew; off++ {
		at := now.Unix()/codePeriod + off
		want, err := totp.GenerateCodeCustom(secret, time.Unix(at*codePeriod, 0), totp.ValidateOpts{Period: codePeriod, Digits: otp.DigitsSix})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at, true
		}
	}
	return step, ok
}

// newRecovery makes recovery codes of 80 random bits, and their hashes.
func newRecovery() (codes, hashes []string, err error) {
	for range recoveryCodes {
		raw := make([]byte, 10)
		if _, err := rand.Read(raw); err != nil {
			return nil, nil, fmt.Errorf("account: %w", err)
		}
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, hashed(text))
	}
	return codes, hashes, nil
}

// useCode takes a one-time code, or a recovery code, off the account.
func (r *record) useCode(code string, now time.Time) (recovered bool, err error) {
	if step, ok := stepOf(r.Secret, code, now); ok {
		if step <= r.Step {
			return false, ErrRefused // it was used
		}
		r.Step = step
		return false, nil
	}
	plain := strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code))
	if i := slices.Index(r.Recovery, hashed(plain)); i >= 0 {
		r.Recovery = slices.Delete(r.Recovery, i, i+1)
		return true, nil
	}
	return false, ErrRefused
}

// Enrol makes a secret for one-time codes, or shows the one that waits to be
// confirmed. Nothing changes at sign-in until Confirm.
func (s *Service) Enrol(ctx context.Context, v Visit) (Enrolment, error) {
	secret, err := newSecret()
	if err != nil {
		return Enrolment{}, err
	}
	err = s.update(ctx, v.User, func(r *record) error {
		switch {
		case r.Password == "" || r.Secret != "":
			return ErrRefused
		case r.Enrolling != "":
			secret = r.Enrolling
		}
		r.Enrolling = secret
		return nil
	})
	if err != nil {
		return Enrolment{}, err
	}
	return enrolment(v.User.Name, secret)
}

// Confirm turns one-time codes on, by a code of the app. Other sessions end; the
// recovery codes are shown once.
func (s *Service) Confirm(ctx context.Context, v Visit, code string) (recovery []string, fresh Fresh, err error) {
	if err := s.attempt(ctx, kindUser, v.User.Name); err != nil {
		return nil, Fresh{}, err
	}
	recovery, hashes, err := newRecovery()
	if err != nil {
		return nil, Fresh{}, err
	}
	err = s.updateAfter(ctx, v.User, "second factor on", func(r *record) error {
		step, ok := stepOf(r.Enrolling, code, s.now())
		if r.Enrolling == "" || !ok {
			return ErrRefused
		}
		r.Secret, r.Step, r.Enrolling, r.Recovery = r.Enrolling, step, "", hashes
		r.Generation++
		return nil
	})
	if err != nil {
		return nil, Fresh{}, err
	}
	s.forget(ctx, v.User.Name)
	fresh, err = s.rotate(ctx, v, "password and code")
	return recovery, fresh, err
}

// Unenrol turns one-time codes off, by password and code. Other sessions end.
func (s *Service) Unenrol(ctx context.Context, v Visit, password, code string) (Fresh, error) {
	if err := s.checkPassword(ctx, v.User, password); err != nil {
		return Fresh{}, err
	}
	err := s.updateAfter(ctx, v.User, "second factor off", func(r *record) error {
		if r.Secret == "" {
			return ErrRefused
		}
		if _, err := r.useCode(code, s.now()); err != nil {
			return err
		}
		r.Secret, r.Step, r.Enrolling, r.Recovery = "", 0, "", nil
		r.Generation++
		return nil
	})
	if err != nil {
		return Fresh{}, err
	}
	s.forget(ctx, v.User.Name)
	return s.rotate(ctx, v, "password")
}

// checkPassword asks a signed-in user for the password once more.
func (s *Service) checkPassword(ctx context.Context, u access.User, password string) error {
	if err := s.attempt(ctx, kindUser, u.Name); err != nil {
		return err
	}
	r, _, err := s.account(ctx, u)
	if err != nil {
		return err
	}
	right, _, err := s.hasher.verify(ctx, r.Password, password)
	if err != nil {
		return err
	}
	if !right {
		return ErrRefused
	}
	return nil
}
