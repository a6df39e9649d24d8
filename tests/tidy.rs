//! Tidiness of the repository.
