// Package secrets reads and creates key files: symmetric secrets of the server,
// recipients, and the officers' identities: age's own, those of age plugins, and
// SSH keys.
//
// # Guarantees
//
//   - A key file is created with mode 0600, whole or not at all (temporary file
//     in the same folder, fsync, link, fsync of the folder), and never replaces
//     another.
//   - A secret or identity file that others can read is refused, with the
//     command that mends it.
//   - [Secret] hides itself from fmt, log/slog and encoding/json; no error holds
//     any part of a key.
//
// # What it does not do
//
// It keeps no keyring and chooses no path. It does not make SSH keys or those of
// plugins; it takes them, but they are not post-quantum (unless the plugin says
// so), and age refuses to mix them with those that are.
package secrets
