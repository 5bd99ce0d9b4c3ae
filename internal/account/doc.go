// Package account signs people in to the pages: passwords, one-time codes,
// sessions, one-time links, and identities of an OpenID Connect issuer. Who
// may do what is the register's (package access); here is how one proves to be
// somebody in it.
//
//	store, err := account.Open(ctx, js, 1)
//	svc, err := account.New(account.Config{Store: store, Register: register})
//	step, err := svc.SignIn(ctx, account.Attempt{Name: "lin", Password: "…", From: "192.0.2.1"})
//	visit, err := svc.Resume(ctx, step.Session.ID)
//
// Guarantees: of passwords, sessions, links and recovery codes only hashes are
// stored; a name that nobody has costs an attempt as much as one that somebody
// has; guesses are slowed down, for an account and for an address, and nobody is
// locked out for good; a code, a link and the answer of an issuer count once;
// a session ends with the user's roles, state, password, or its time; memory for
// passwords is bounded. Everything is safe for concurrent use, and processes on the
// same streams share it.
//
// The secrets of one-time codes are stored as they are, for the server computes
// the codes: streams are encrypted at rest. It serves no pages and sets no cookies.
package account
