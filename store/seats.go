package store

import (
	"context"
	"strings"
)

const seatColumns = "id, email, name, profile_url, user_id, mapping, may_autosave, may_writeback, added_at, unlicensed_at"

func scanSeat(row scanner) (x Seat, err error) {
	return x, row.Scan(&x.ID, &x.Email, &x.Name, &x.ProfileURL, textDest{&x.UserID}, &x.Mapping, &x.MayAutosave, &x.MayWriteback, timeDest{&x.AddedAt},
		timeDest{&x.UnlicensedAt})
}

// Seats returns all seats by e-mail address.
func (s *Store) Seats(ctx context.Context) ([]Seat, error) { return s.reader(ctx).Seats() }

// Seats returns all seats by e-mail address.
func (r reader) Seats() ([]Seat, error) {
	return list(r, scanSeat, "SELECT "+seatColumns+" FROM seat ORDER BY email")
}

// Seat returns a seat, or ErrNotFound.
func (s *Store) Seat(ctx context.Context, id string) (Seat, error) { return s.reader(ctx).Seat(id) }

// Seat returns a seat, or ErrNotFound.
func (r reader) Seat(id string) (Seat, error) {
	return one(r, scanSeat, "SELECT "+seatColumns+" FROM seat WHERE id = ?", id)
}

// SeatByEmail returns the seat with an e-mail address, whatever its case, or ErrNotFound.
func (s *Store) SeatByEmail(ctx context.Context, email string) (Seat, error) {
	return s.reader(ctx).SeatByEmail(email)
}

// SeatByEmail returns the seat with an e-mail address, whatever its case, or ErrNotFound.
func (r reader) SeatByEmail(email string) (Seat, error) {
	return one(r, scanSeat, "SELECT "+seatColumns+" FROM seat WHERE email = ?", strings.ToLower(strings.TrimSpace(email)))
}

// PutSeat adds or changes a seat; its e-mail address is kept in lower case.
func (t *Tx) PutSeat(x Seat) error {
	_, err := t.exec("INSERT INTO seat ("+seatColumns+") VALUES ("+marks(10)+") ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name, "+
		"profile_url = excluded.profile_url, user_id = excluded.user_id, mapping = excluded.mapping, may_autosave = excluded.may_autosave, may_writeback = excluded.may_writeback, "+
		"unlicensed_at = excluded.unlicensed_at",
		x.ID, strings.ToLower(strings.TrimSpace(x.Email)), x.Name, x.ProfileURL, orNull(x.UserID), x.Mapping, flagOf(x.MayAutosave), flagOf(x.MayWriteback), x.AddedAt.UnixMilli(),
		millis(x.UnlicensedAt))
	return err
}

// DeleteSeat removes a seat that nothing refers to; one with connections or activities is a conflict.
func (t *Tx) DeleteSeat(id string) error {
	for _, table := range []string{"opt_in", "seat_loss"} {
		if _, err := t.exec("DELETE FROM "+table+" WHERE seat_id = ?", id); err != nil {
			return err
		}
	}
	return t.execOne(ErrNotFound, "DELETE FROM seat WHERE id = ?", id)
}

const consoleUserColumns = "name, os_user, email, role, seat_id, public_key, added_at"

func scanConsoleUser(row scanner) (x ConsoleUser, err error) {
	return x, row.Scan(&x.Name, textDest{&x.OSUser}, textDest{&x.Email}, &x.Role, textDest{&x.SeatID}, textDest{&x.PublicKey}, timeDest{&x.AddedAt})
}

// ConsoleUsers returns all who may use the console, by name.
func (s *Store) ConsoleUsers(ctx context.Context) ([]ConsoleUser, error) {
	return s.reader(ctx).ConsoleUsers()
}

// ConsoleUsers returns all who may use the console, by name.
func (r reader) ConsoleUsers() ([]ConsoleUser, error) {
	return list(r, scanConsoleUser, "SELECT "+consoleUserColumns+" FROM console_user ORDER BY name")
}

// ConsoleUser returns the person called name, or ErrNotFound.
func (s *Store) ConsoleUser(ctx context.Context, name string) (ConsoleUser, error) {
	return s.reader(ctx).ConsoleUser(name)
}

// ConsoleUser returns the person called name, or ErrNotFound.
func (r reader) ConsoleUser(name string) (ConsoleUser, error) {
	return one(r, scanConsoleUser, "SELECT "+consoleUserColumns+" FROM console_user WHERE name = ?", name)
}

// ConsoleUserByOS returns the person who is osUser on this machine, or ErrNotFound.
func (s *Store) ConsoleUserByOS(ctx context.Context, osUser string) (ConsoleUser, error) {
	return one(s.reader(ctx), scanConsoleUser, "SELECT "+consoleUserColumns+" FROM console_user WHERE os_user = ?", osUser)
}

// ConsoleUserByEmail returns the person with an e-mail address, whatever its case, or ErrNotFound.
func (s *Store) ConsoleUserByEmail(ctx context.Context, email string) (ConsoleUser, error) {
	return one(s.reader(ctx), scanConsoleUser, "SELECT "+consoleUserColumns+" FROM console_user WHERE email = ?", strings.ToLower(strings.TrimSpace(email)))
}

// PutConsoleUser adds or changes a person.
func (t *Tx) PutConsoleUser(x ConsoleUser) error {
	_, err := t.exec("INSERT INTO console_user ("+consoleUserColumns+") VALUES ("+marks(7)+") ON CONFLICT (name) DO UPDATE SET os_user = excluded.os_user, "+
		"email = excluded.email, role = excluded.role, seat_id = excluded.seat_id, public_key = excluded.public_key",
		x.Name, orNull(x.OSUser), orNull(strings.ToLower(strings.TrimSpace(x.Email))), x.Role, orNull(x.SeatID), orNull(x.PublicKey), x.AddedAt.UnixMilli())
	return err
}

// DeleteConsoleUser removes the person called name, or returns ErrNotFound.
func (t *Tx) DeleteConsoleUser(name string) error {
	return t.execOne(ErrNotFound, "DELETE FROM console_user WHERE name = ?", name)
}
