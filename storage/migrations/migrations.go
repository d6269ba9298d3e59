// Package migrations holds the schema, one file a version.
//
// A file named NNNNN_name.sql is for both engines; NNNNN_name.sqlite.sql and
// NNNNN_name.postgres.sql are for one. Files that were released never change:
// a new version goes into a new file. Each file is applied in one transaction.
package migrations

import "embed"

// Files are the migrations.
//
//go:embed *.sql
var Files embed.FS
