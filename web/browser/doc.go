// Package browser is tests of the pages in a real browser, against a real server: the
// built binary serves what it took in over NATS, people of every role sign in by the
// pages, and Chromium visits every page that web/routes.go names.
//
//	go test ./web/browser                                  # everything; two minutes
//	go test ./web/browser -run Walk -only /theme/ -v       # one page
//	make shots                                             # pictures of the pages, in shots/
//
// Guarantees, of every page and role, in both languages, on a desk and on a phone, in
// light and in dark, with and without scripts: nothing fails in the console, is refused
// by the content security policy or asks another host; the status is what the table of
// routes foretells; nothing is wider than the screen; every control has a name, is
// reached by Tab and shows that it is; text can be read (WCAG 2.2, 1.4.3: 4.5 to 1).
//
// It does not look at what the pages say: that is tested beside them. Whether a page is
// beautiful is for a person to see.
package browser
