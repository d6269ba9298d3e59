package portal

// WithPerson signs somebody in for one request.
var WithPerson = withPerson
