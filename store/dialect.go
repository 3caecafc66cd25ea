package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

// dialect is all that differs between the database engines besides opening them and their errors.
type dialect interface {
	// rebind turns `?` placeholders into the engine's.
	rebind(query string) string
	// indexed returns the hint that pins a table to an index, or nothing.
	indexed(index string) string
	// folded returns the expression of a text's SortName.
	folded(expression string) string
	// gooseName is the engine's name in goose, and in the names of migrations made for one engine.
	gooseName() string
}

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema up to date. The database is copied first when it holds something.
func (s *Store) migrate(ctx context.Context, file string) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.Dialect(s.dialect.gooseName()), s.write, files)
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", classify(err))
	}
	if current > target {
		return &Error{
			code:    "store.newer",
			message: fmt.Sprintf("the store in %s was made by a newer crmsync (schema %d, this one knows %d)", s.dir, current, target),
			hint:    "Use the newer program. Nothing was changed.",
		}
	}
	if current == target {
		return nil
	}
	if current > 0 && s.may != nil {
		if err := s.may(); err != nil {
			return err
		}
	}
	if current > 0 {
		backup := fmt.Sprintf("%s.before-%d-%d", file, target, s.now().UnixMilli())
		if err := makeFile(backup); err != nil {
			return err
		}
		if _, err := s.write.ExecContext(ctx, "VACUUM INTO ?", backup); err != nil {
			return fmt.Errorf("copying the store before the migration: %w", classify(err))
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating the store: %w", classify(err))
	}
	_, err = s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}

// queryer is what both the readers' pool and a transaction can do.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// marks returns n placeholders in a list.
func marks(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}
