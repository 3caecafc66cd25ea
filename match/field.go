package match

// Field is one kind of evidence.
type Field uint8

// The fields. Order is part of the stored form: only add at the end.
const (
	FieldFirst Field = iota
	FieldLast
	FieldOrder
	FieldMailName
	FieldEmail
	FieldPhone
	FieldStreet
	FieldArea
	FieldOrg
	FieldDomain
	FieldTitle
	FieldWeb
	FieldSize
	FieldIndustry
	FieldGate        // what the name gate took away
	FieldCalibration // what calibration by decisions added
	fieldCount
)

var fieldNames = [fieldCount]string{
	"first", "last", "order", "mailname", "email", "phone", "street", "area",
	"org", "domain", "title", "web", "size", "industry", "gate", "calibration",
}

var fieldLabels = [fieldCount]string{
	"First name", "Last name", "Name order", "E-mail and name", "E-mail", "Phone", "Street", "Place",
	"Company", "E-mail domain", "Title", "Website", "Size", "Industry", "Name gate", "Calibration",
}

// String returns the field's stable name, as in JSON.
func (f Field) String() string {
	if f < fieldCount {
		return fieldNames[f]
	}
	return "unknown"
}

// Label returns the field's name for people.
func (f Field) Label() string {
	if f < fieldCount {
		return fieldLabels[f]
	}
	return "Unknown"
}
