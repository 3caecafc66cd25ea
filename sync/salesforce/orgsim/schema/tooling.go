package schema

// installedPackage is the one object of the Tooling API the org has, with the two objects it refers to.
func installedPackage() *Object {
	fields := []Field{
		recordID(), lookup("SubscriberPackageId", "Subscriber Package ID", "SubscriberPackage", "SubscriberPackage"),
		lookup("SubscriberPackageVersionId", "Subscriber Package Version ID", "SubscriberPackageVersion", "SubscriberPackageVersion"),
	}
	return &Object{Name: "InstalledSubscriberPackage", Label: "Installed Subscriber Package", Plural: "Installed Subscriber Packages", Prefix: "0A3",
		Fields: frozen(fields), Tooling: true, NoBulk: true}
}
func subscriberPackage() *Object {
	fields := []Field{recordID(), text("NamespacePrefix", "Namespace Prefix", 15), text("Name", "Name", 255).named(), area("Description", "Description", 255)}
	return &Object{Name: "SubscriberPackage", Label: "Subscriber Package", Plural: "Subscriber Packages", Prefix: "033", Fields: frozen(fields), Tooling: true, NoBulk: true}
}

func subscriberVersion() *Object {
	fields := []Field{
		recordID(), text("Name", "Name", 255).named(), whole("MajorVersion", "Major Version", 8), whole("MinorVersion", "Minor Version", 8),
		whole("PatchVersion", "Patch Version", 8), whole("BuildNumber", "Build Number", 8), flag("IsBeta", "Is Beta"),
	}
	return &Object{Name: "SubscriberPackageVersion", Label: "Subscriber Package Version", Plural: "Subscriber Package Versions", Prefix: "04t",
		Fields: frozen(fields), Tooling: true, NoBulk: true}
}
