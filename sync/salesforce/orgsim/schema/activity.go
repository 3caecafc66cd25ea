package schema

import "slices"

// asFormulaText makes the field a text formula over the parent's field named by path.
func (f Field) asFormulaText(path string) Field {
	f.Type, f.Picklist = TypeString, nil
	f.Formula = path
	return f.formula()
}

func task(options Options) *Object {
	fields := slices.Concat(
		[]Field{
			recordID(), lookup("RecordTypeId", "Record Type ID", "RecordType", "RecordType"),
			lookup("WhoId", "Name ID", "Who", "Contact", "Lead"), lookup("WhatId", "Related To ID", "What", "Account", "Opportunity"),
			comboSubject(), date("ActivityDate", "Due Date Only"), choice("Status", "Status", 255, taskStatuses...).required().preset("Not Started").restricted(),
			choice("Priority", "Priority", 255, "High", "Normal", "Low").required().preset("Normal").restricted(),
			flag("IsHighPriority", "High Priority").readOnly(), owner(), area("Description", "Description", 32000),
			choice("Type", "Type", 40, "Call", "Email", "Meeting", "Other"), deletedFlag(), lookup("AccountId", "Account ID", "Account", "Account").readOnly(),
			flag("IsClosed", "Closed").readOnly(), flag("IsArchived", "Archived").readOnly(),
			moment("CompletedDateTime", "Completed Date").readOnly(), whole("CallDurationInSeconds", "Call Duration", 8),
			choice("CallType", "Call Type", 40, "Internal", "Inbound", "Outbound").restricted(), text("CallDisposition", "Call Result", 255), text("CallObject", "Call Object Identifier", 255),
			choice("TaskSubtype", "Task Subtype", 40, taskSubtypes...).createOnly().restricted().preset("Task"),
		},
		audit(), packageTaskFields(options))
	if options.SyncKey {
		fields = append(fields, text("Sync_Key__c", "Sync Key", 64).key())
	}
	return &Object{Name: "Task", Label: "Task", Plural: "Tasks", Prefix: "00T", Fields: fields, RecordTypes: options.Package,
		Create: true, Update: true, Delete: true, Undelete: true, Replicate: true, Layout: true}
}

func comboSubject() Field {
	f := choice("Subject", "Subject", 255, taskSubjects...).named()
	f.Type = TypeCombobox
	return f
}

func packageTaskFields(options Options) []Field {
	if !options.Package {
		return nil
	}
	return []Field{moment("LID__Date_Sent__c", "Date Sent"), web("LID__URL__c", "URL")}
}

func note() *Object {
	fields := slices.Concat(
		[]Field{
			recordID(), deletedFlag(), lookup("ParentId", "Parent ID", "Parent", "Account", "Contact", "Lead", "Opportunity").required().createOnly(),
			text("Title", "Title", 80).required().named(), flag("IsPrivate", "Private"), area("Body", "Body", 32000), owner(),
		}, audit())
	return &Object{Name: "Note", Label: "Note", Plural: "Notes", Prefix: "002", Fields: fields,
		Create: true, Update: true, Delete: true, Undelete: true, Replicate: true}
}
