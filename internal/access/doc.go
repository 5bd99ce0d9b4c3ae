// Package access says who may do what: roles, the powers they carry, users and
// how they prove who they are. One table of role and power is what the NATS
// server, the custody service, the pages and the documentation go by.
//
//	users, err := access.Parse(data)
//	u, ok := users.ByToken(token)
//	ok = u.May(access.Reveal)
//	publish, deny := access.Subjects(u.Roles)
//
// Guarantees: a token is kept as its SHA-256 only, and compared in constant
// time; a disabled user may nothing; a name cannot be mistaken for a phone or
// identity number. Everything here is pure and safe for concurrent use.
//
// It does not keep anything: the register of users is a setting, and the
// changes of it are entries of the ledger.
package access
