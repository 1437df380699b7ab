"""The programming interface `/api/v1`: its answers and its description (OpenAPI 3.1). Above `views`, whose
reading of a query string and whose errors it shares."""
