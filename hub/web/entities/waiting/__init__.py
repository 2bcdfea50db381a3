"""The page of values that wait in entities, whatever entity they wait in; deciding about one or several."""
