// Package web shows what was heard: a page of pain points, a search page, and
// the same as JSON. Pages are rendered on the server from typed data, under a
// content security policy that lets nothing run, and need no JavaScript.
//
//	h, err := web.New(web.Config{Index: ix, Statistics: st})
//	err = http.Serve(listener, h)
//
// Guarantees: it only ever sees redacted documents; a count that rests on few
// customers is shown as withheld, never drawn; what came with feedback is text
// and nothing else, whatever it holds; every page is in the reader's language,
// labels included; a search ends at its deadline; on a loopback address it
// answers under a loopback name only; a request is answered when its user has a
// role that may ask it (routes.go), known by a session, a bearer token, or as the
// visitor of a loopback address; what another site has a browser send is refused.
//
// People sign in by package account, whose state it keeps nothing of: its own memory is
// how often addresses and users came in the last minutes. What is deleted from
// index and statistics is gone from the pages.
package web
