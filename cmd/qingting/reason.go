package main

import "qingting/ingest/custody"

// reasonFlags say who changes something, and why.
type reasonFlags struct {
	Reason string `required:"" help:"Why; written to the ledger first."`
	Ticket string `help:"The case it belongs to."`
	Actor  string `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
}

func (f reasonFlags) request() custody.Request {
	return officerFlags{Reason: f.Reason, Ticket: f.Ticket, Actor: f.Actor}.request()
}
