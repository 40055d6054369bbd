"""What tests of every app share: the cast, inherited desk tests, throw-away worlds, fakes."""
