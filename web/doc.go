// Package web shows what was heard: a page of pain points, a search page, and
// the same as JSON. Pages are rendered on the server from typed data, under a
// content security policy that lets nothing run, and read without JavaScript.
//
//	h, err := web.New(web.Config{Index: ix, Statistics: st})
//	err = http.Serve(listener, h)
//
// It only ever sees redacted documents and counts above the small-cell limit.
// It has no sign-in: serve it on loopback.
package web
