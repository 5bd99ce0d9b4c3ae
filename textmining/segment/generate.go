package segment

//go:generate go run ./internal/gendict -out data
