package store

import (
	"context"
	"errors"
	"fmt"
)

const connectionColumns = "org_id, org_name, edition, instance_url, login_host, client_id, redirect_url, api_version, flow, user_id, username, time_zone, " +
	"has_package, package_version, api_used, api_max, api_at, state, reason, connected_at, changed_at"

// Connection returns the org of this store, or ErrNotFound before the first connection.
func (s *Store) Connection(ctx context.Context) (Connection, error) {
	return s.reader(ctx).Connection()
}

// Connection returns the org of this store, or ErrNotFound before the first connection.
func (r reader) Connection() (Connection, error) {
	return one(r, scanConnection, "SELECT "+connectionColumns+" FROM connection")
}

func scanConnection(row scanner) (c Connection, err error) {
	return c, row.Scan(&c.OrgID, &c.OrgName, &c.Edition, &c.InstanceURL, &c.LoginHost, &c.ClientID, &c.RedirectURL, &c.APIVersion, &c.Flow,
		&c.UserID, &c.Username, &c.TimeZone, &c.HasPackage, &c.PackageVersion, &c.APIUsed, &c.APIMax, timeDest{&c.APIAt},
		&c.State, &c.Reason, timeDest{&c.ConnectedAt}, timeDest{&c.ChangedAt})
}

// PutConnection keeps the org of this store.
func (t *Tx) PutConnection(c Connection) error {
	if _, err := t.exec("DELETE FROM connection"); err != nil {
		return err
	}
	_, err := t.exec("INSERT INTO connection (only_one, "+connectionColumns+") VALUES (1, "+marks(21)+")",
		c.OrgID, c.OrgName, c.Edition, c.InstanceURL, c.LoginHost, c.ClientID, c.RedirectURL, c.APIVersion, c.Flow,
		c.UserID, c.Username, c.TimeZone, flagOf(c.HasPackage), c.PackageVersion, c.APIUsed, c.APIMax, millis(c.APIAt),
		string(c.State), c.Reason, c.ConnectedAt.UnixMilli(), t.store.Now().UnixMilli())
	return err
}

// Secret returns what PutSecret was given under name, or ErrNotFound.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	return s.reader(ctx).Secret(name)
}

// Secret returns what PutSecret was given under name, or ErrNotFound.
func (r reader) Secret(name string) ([]byte, error) {
	sealed, err := one(r, func(row scanner) (b []byte, err error) { return b, row.Scan(&b) }, "SELECT sealed FROM secret WHERE name = ?", name)
	if err != nil {
		return nil, err
	}
	plain, err := r.store.vault.Open("secret", "sealed", name, sealed)
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", name, err)
	}
	return plain, nil
}

// PutSecret seals and keeps a secret, such as a token, under name.
func (t *Tx) PutSecret(name string, plain []byte) error {
	_, err := t.exec("INSERT INTO secret (name, sealed, changed_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at",
		name, t.store.vault.Seal("secret", "sealed", name, plain), t.store.Now().UnixMilli())
	return err
}

// DeleteSecret forgets the secret under name.
func (t *Tx) DeleteSecret(name string) error {
	_, err := t.exec("DELETE FROM secret WHERE name = ?", name)
	return err
}

const settingColumns = "name, value, version, changed_at, changed_by"

// Settings returns every setting that was ever set, by name.
func (s *Store) Settings(ctx context.Context) ([]Setting, error) {
	return list(s.reader(ctx), scanSetting, "SELECT "+settingColumns+" FROM setting ORDER BY name")
}

// Setting returns one setting, or ErrNotFound when it was never set.
func (s *Store) Setting(ctx context.Context, name string) (Setting, error) {
	return s.reader(ctx).Setting(name)
}

// Setting returns one setting, or ErrNotFound when it was never set.
func (r reader) Setting(name string) (Setting, error) {
	return one(r, scanSetting, "SELECT "+settingColumns+" FROM setting WHERE name = ?", name)
}

func scanSetting(row scanner) (x Setting, err error) {
	return x, row.Scan(&x.Name, &x.Value, &x.Version, timeDest{&x.ChangedAt}, &x.ChangedBy)
}

// PutSetting sets a setting.
func (t *Tx) PutSetting(name, value, by string) error {
	old, err := t.Setting(name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	_, err = t.exec("INSERT INTO setting ("+settingColumns+") VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "+
		"value = excluded.value, version = excluded.version, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
		name, value, old.Version+1, t.store.Now().UnixMilli(), by)
	return err
}

// DeleteSetting brings a setting back to its default.
func (t *Tx) DeleteSetting(name string) error {
	_, err := t.exec("DELETE FROM setting WHERE name = ?", name)
	return err
}

// Stages returns the org's opportunity stages in their order.
func (s *Store) Stages(ctx context.Context) ([]Stage, error) {
	return list(s.reader(ctx), func(row scanner) (x Stage, err error) {
		return x, row.Scan(&x.Name, &x.Label, &x.Order, &x.Closed, &x.Won)
	}, "SELECT name, label, sort_order, is_closed, is_won FROM stage ORDER BY sort_order, name")
}

// PutStages replaces the org's opportunity stages.
func (t *Tx) PutStages(stages []Stage) error {
	if _, err := t.exec("DELETE FROM stage"); err != nil {
		return err
	}
	for _, x := range stages {
		if _, err := t.exec("INSERT INTO stage (name, label, sort_order, is_closed, is_won) VALUES (?, ?, ?, ?, ?)",
			x.Name, x.Label, x.Order, flagOf(x.Closed), flagOf(x.Won)); err != nil {
			return fmt.Errorf("keeping stage %q: %w", x.Name, err)
		}
	}
	return nil
}
