package store

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"
)

const recordColumns = "id, modstamp, is_deleted, master_id, changed_run, payload"

// scanRecord returns a scan function for records of object whose columns are recordColumns and, when
// joined is set, the name and website of the account.
func scanRecord(object string, joined bool) func(scanner) (Record, error) {
	return func(row scanner) (Record, error) {
		r := Record{Object: object}
		var payload []byte
		var name, website string
		dest := []any{&r.ID, timeDest{&r.Modstamp}, &r.Deleted, textDest{&r.MasterID}, &r.ChangedRun, &payload}
		if joined {
			dest = append(dest, textDest{&name}, textDest{&website})
		}
		if err := row.Scan(dest...); err != nil {
			return r, err
		}
		fields, err := readPayload(payload)
		if err != nil {
			return r, fmt.Errorf("%s %s: %w", object, r.ID, err)
		}
		if r.Fields = fields; name != "" {
			r.Fields = append(r.Fields, FieldValue{"Account.Name", name})
		}
		if website != "" {
			r.Fields = append(r.Fields, FieldValue{"Account.Website", website})
		}
		return r, nil
	}
}

// recordQuery returns the SELECT of an object's records under the alias r. Contacts carry their account's
// name and website as "Account.Name" and "Account.Website". Index is the hint of the index to read by, or "".
func recordQuery(o Object, index string) string {
	columns, joins := o.selected()
	return "SELECT " + columns + " FROM " + o.table + " r" + index + joins
}

// selected are the columns of an object's records under the alias r, and what has to be joined for them.
func (o Object) selected() (columns, joins string) {
	columns = "r." + strings.ReplaceAll(recordColumns, ", ", ", r.")
	if !o.joined() {
		return columns, ""
	}
	return columns + ", a.name, a.website", " LEFT JOIN crm_account a ON a.id = r.account_id"
}

// joined reports whether the object's records carry their account.
func (o Object) joined() bool { return o.Name == "Contact" }

// Record returns one imported record, deleted or not, or ErrNotFound.
func (s *Store) Record(ctx context.Context, object, id string) (Record, error) {
	return s.reader(ctx).Record(object, id)
}

// Record returns one imported record, deleted or not, or ErrNotFound.
func (r reader) Record(object, id string) (Record, error) {
	o, ok := ObjectNamed(object)
	if !ok {
		return Record{}, ErrNotFound
	}
	return r.record(o, id)
}

func (r reader) record(o Object, id string) (Record, error) {
	return one(r, scanRecord(o.Name, o.joined()), recordQuery(o, "")+" WHERE r.id = ?", id)
}

// RecordFilter says which records EachRecord yields.
type RecordFilter struct {
	Live       bool   // neither deleted nor, for a lead, converted
	ChangedRun string // changed by this run, or "" for all
	AfterRun   string // changed by a run that began after this one; "" for all
	Moved      bool   // another record stands for it: merged away, or a converted lead. Only accounts, contacts and leads are
	After      string // ids after this one
}

// eachChunk is how many rows an iterator reads at once. No transaction is held between chunks.
const eachChunk = 2000

// EachRecord yields an object's records by id. Memory does not grow with their number.
func (s *Store) EachRecord(ctx context.Context, object string, filter RecordFilter) iter.Seq2[Record, error] {
	o, ok := ObjectNamed(object)
	if !ok {
		return func(yield func(Record, error) bool) {
			yield(Record{}, &Error{code: "store.object", message: fmt.Sprintf("%q is not an imported object", object)})
		}
	}
	sql, args := filter.query(o, s.dialect)
	return each(s.reader(ctx), filter.After, func(r Record) string { return r.ID }, scanRecord(object, o.joined()), sql, args...)
}

// query returns the SQL of a chunk; its last placeholder is the id to go on after.
func (f RecordFilter) query(o Object, d dialect) (sql string, args []any) {
	index := ""
	switch {
	case f.Moved:
		index = d.indexed(o.table + "_moved")
	case f.ChangedRun != "" || f.AfterRun != "":
		index = d.indexed(o.table + "_run")
	}
	conditions, args := f.conditions(o)
	return recordQuery(o, index) + " WHERE " + strings.Join(append(conditions, "r.id > ?"), " AND ") + " ORDER BY r.id LIMIT " + fmt.Sprint(eachChunk), args
}

func (f RecordFilter) conditions(o Object) (conditions []string, args []any) {
	if f.Live {
		conditions = append(conditions, liveCondition(o))
	}
	if f.ChangedRun != "" {
		conditions, args = append(conditions, "r.changed_run = ?"), append(args, f.ChangedRun)
	}
	if f.AfterRun != "" {
		conditions, args = append(conditions, "r.changed_run > ?"), append(args, f.AfterRun)
	}
	if f.Moved {
		conditions = append(conditions, movedCondition(o))
	}
	return conditions, args
}

// movedCondition is the condition of the index of moved records, word for word: SQLite uses the index only then.
func movedCondition(o Object) string {
	merged := "(r.is_deleted = 1 AND r.master_id IS NOT NULL)"
	if o.Name == "Lead" {
		return "(" + merged + " OR (r.is_converted = 1 AND r.converted_contact_id IS NOT NULL))"
	}
	return merged
}

// each yields all rows of a query by chunks; the query's last placeholder is the id to go on after.
func each[T any](r reader, after string, id func(T) string, scan func(scanner) (T, error), query string, args ...any) iter.Seq2[T, error] {
	return chunks(func(last *T) ([]T, error) {
		from := after
		if last != nil {
			from = id(*last)
		}
		return list(r, scan, query, append(append([]any(nil), args...), from)...)
	})
}

// chunks yields rows that are read eachChunk at a time; read gets the last row read so far, nil at the beginning.
func chunks[T any](read func(last *T) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var last *T
		for {
			rows, err := read(last)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
			if len(rows) < eachChunk {
				return
			}
			last = &rows[len(rows)-1]
		}
	}
}

// CountRecords returns how many records of an object are not deleted.
func (s *Store) CountRecords(ctx context.Context, object string) (int64, error) {
	o, ok := ObjectNamed(object)
	if !ok {
		return 0, ErrNotFound
	}
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM "+o.table+" WHERE is_deleted = 0")
}

// Records returns a page of an object's records that are not deleted, by name; text, if any, is how the
// name (family name first) begins. Contact roles, which have no name, come by id.
func (s *Store) Records(ctx context.Context, object, text string, q PageQuery) (Page[Record], error) {
	o, ok := ObjectNamed(object)
	if !ok {
		return Page[Record]{}, ErrNotFound
	}
	k := recordList(o, text, s.dialect)
	type named struct {
		Record
		name string
	}
	scan := scanRecord(object, false)
	if len(o.sortBy) == 0 {
		return page(s.reader(ctx), k, q, scan, func(x Record) []any { return []any{x.ID} })
	}
	p, err := page(s.reader(ctx), k, q, func(row scanner) (x named, err error) {
		x.Record, err = scan(behind{row, &x.name})
		return x, err
	}, func(x named) []any { return []any{x.name, x.ID} })
	return mapPage(p, func(x named) Record { return x.Record }), err
}

// recordList is the list of an object's records that are not deleted.
func recordList(o Object, text string, d dialect) keyset {
	k := keyset{table: o.table, columns: recordColumns, where: "is_deleted = 0", order: []orderColumn{{"id", false}}}
	if len(o.sortBy) > 0 {
		k.table += d.indexed(o.table + "_name")
		k.columns, k.order = "sort_name, "+recordColumns, []orderColumn{{"sort_name", false}, {"id", false}}
		k.beginning(text)
	}
	return k
}

// beginning narrows a list to the names that begin with text.
func (k *keyset) beginning(text string) {
	prefix := SortName(text)
	if prefix == "" {
		return
	}
	k.and("sort_name >= ? AND sort_name < ?", prefix, prefix+"\U0010ffff")
}

// behind scans a row whose first column is a text of its own.
type behind struct {
	scanner
	first *string
}

// Scan implements scanner.
func (b behind) Scan(dest ...any) error {
	return b.scanner.Scan(append([]any{textDest{b.first}}, dest...)...)
}

func mapPage[T, U any](p Page[T], f func(T) U) Page[U] {
	mapped := Page[U]{First: p.First, Next: p.Next, More: p.More}
	for _, row := range p.Rows {
		mapped.Rows = append(mapped.Rows, f(row))
	}
	return mapped
}

// UsersByEmail returns the CRM users with an e-mail address, whatever its case.
func (s *Store) UsersByEmail(ctx context.Context, email string) ([]Record, error) {
	return s.reader(ctx).UsersByEmail(email)
}

// UsersByEmail returns the CRM users with an e-mail address, whatever its case.
func (r reader) UsersByEmail(email string) ([]Record, error) {
	return list(r, scanRecord("User", false), "SELECT "+recordColumns+" FROM crm_user WHERE email = ? AND is_deleted = 0 ORDER BY id", strings.ToLower(strings.TrimSpace(email)))
}

// Opportunity is what the engine needs of an open opportunity.
type Opportunity struct {
	ID, Name, AccountID, OwnerID, Stage, CloseDate, Amount, Currency string
	Modstamp                                                         time.Time
}

const opportunityColumns = "sort_name, id, name, account_id, owner_id, stage_name, close_date, amount, currency, modstamp"

type sortedOpportunity struct {
	Opportunity
	sortName string
}

func scanOpportunity(row scanner) (x sortedOpportunity, err error) {
	return x, row.Scan(&x.sortName, &x.ID, textDest{&x.Name}, textDest{&x.AccountID}, textDest{&x.OwnerID}, textDest{&x.Stage},
		textDest{&x.CloseDate}, textDest{&x.Amount}, textDest{&x.Currency}, timeDest{&x.Modstamp})
}

// EachOpenOpportunity yields the opportunities that are neither closed nor deleted, by id (S118).
func (s *Store) EachOpenOpportunity(ctx context.Context) iter.Seq2[Opportunity, error] {
	rows := each(s.reader(ctx), "", func(o sortedOpportunity) string { return o.ID }, scanOpportunity,
		eachOpportunityQuery(s.dialect))
	return func(yield func(Opportunity, error) bool) {
		for row, err := range rows {
			if !yield(row.Opportunity, err) {
				return
			}
		}
	}
}

func eachOpportunityQuery(d dialect) string {
	return "SELECT " + opportunityColumns + " FROM crm_opportunity" + d.indexed("crm_opportunity_open_id") + " WHERE is_closed = 0 AND is_deleted = 0 AND id > ? ORDER BY id LIMIT " + fmt.Sprint(eachChunk)
}

// OpenOpportunities returns a page of the opportunities that are neither closed nor deleted, by name. Text is looked for in
// the name, the stage, and the owner's name.
func (s *Store) OpenOpportunities(ctx context.Context, q PageQuery) (Page[Opportunity], error) {
	p, err := page(s.reader(ctx), opportunityList(s.dialect), q, scanOpportunity, func(x sortedOpportunity) []any { return []any{x.sortName, x.ID} })
	return mapPage(p, func(x sortedOpportunity) Opportunity { return x.Opportunity }), err
}

func opportunityList(d dialect) keyset {
	return keyset{
		table: "crm_opportunity" + d.indexed("crm_opportunity_open"), columns: opportunityColumns,
		where: "is_closed = 0 AND is_deleted = 0", order: []orderColumn{{"sort_name", false}, {"id", false}},
		texts: opportunityTexts(d), byKey: "crm_opportunity" + d.indexed("crm_opportunity_open_id"),
	}
}

// opportunityTexts are what an open opportunity is found by: its stage, its owner's name, and its own.
func opportunityTexts(d dialect) []textPlace {
	const open = "is_closed = 0 AND is_deleted = 0"
	stages := valuesOf(d, "crm_opportunity", "crm_opportunity_open_stage", "stage_name", open)
	owners := "SELECT u.id FROM crm_user u" + d.indexed("crm_user_name") + " WHERE u.sort_name" + like
	by := func(index, condition string) string {
		return "SELECT id FROM crm_opportunity" + d.indexed(index) + " WHERE " + open + " AND " + condition
	}
	return []textPlace{
		{holds: "stage_name IN (" + stages + ")", search: by("crm_opportunity_open_stage", "stage_name IN ("+stages+")")},
		{holds: "owner_id IN (" + owners + ")", search: by("crm_opportunity_open_owner", "owner_id IN ("+owners+")")},
		{holds: "sort_name" + like, search: by("crm_opportunity_open", "sort_name"+like)},
	}
}

// ContactRole links a contact to an opportunity (S115).
type ContactRole struct {
	ID, ContactID, Role string
	Primary             bool
}

// ContactRoles returns an opportunity's contact roles that are not deleted, the primary one first.
func (s *Store) ContactRoles(ctx context.Context, opportunityID string) ([]ContactRole, error) {
	return list(s.reader(ctx), func(row scanner) (x ContactRole, err error) {
		return x, row.Scan(&x.ID, textDest{&x.ContactID}, textDest{&x.Role}, &x.Primary)
	}, "SELECT id, contact_id, role, is_primary FROM crm_contact_role WHERE opportunity_id = ? AND is_deleted = 0 ORDER BY is_primary DESC, id", opportunityID)
}
