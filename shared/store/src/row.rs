//! Strict reading of rows: a wrong type or a missing column is an error that names query and column, never a default.

use crate::{StoreError, Value};

/// A whole result.
#[derive(Debug, Default)]
pub struct Rows {
    /// Column names in the order of the `select`.
    pub columns: Vec<String>,
    /// Rows, each with one value a column.
    pub rows: Vec<Vec<Value>>,
}

impl Rows {
    /// Reads every row with `read`; `query` names the statement in errors.
    pub fn read<T>(
        self,
        query: &'static str,
        mut read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let columns = &self.columns;
        self.rows
            .into_iter()
            .map(|values| read(&mut Row { query, columns, values: values.into_iter(), at: 0 }))
            .collect()
    }

    /// Reads the first row, if there is one.
    pub fn read_first<T>(
        mut self,
        query: &'static str,
        read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.rows.truncate(1);
        Ok(self.read(query, read)?.pop())
    }

    /// Reads the row that the statement always returns (`count(*)`, `returning` of one row).
    pub fn read_one<T>(
        self,
        query: &'static str,
        read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read_first(query, read)?.ok_or(StoreError::Row {
            query,
            column: "1".to_owned(),
            expected: "there: the query returned no row",
        })
    }
}

/// One row, read from left to right in the order of the `select`.
pub struct Row<'a> {
    query: &'static str,
    columns: &'a [String],
    values: std::vec::IntoIter<Value>,
    at: usize,
}

impl Row<'_> {
    fn next(&mut self) -> Option<Value> {
        self.at += 1;
        self.values.next()
    }

    fn wrong(&self, expected: &'static str) -> StoreError {
        let column = self.columns.get(self.at - 1).cloned().unwrap_or_else(|| self.at.to_string());
        StoreError::Row { query: self.query, column, expected }
    }

    /// The next column as an integer.
    pub fn integer(&mut self) -> Result<i64, StoreError> {
        match self.next() {
            Some(Value::Integer(value)) => Ok(value),
            _ => Err(self.wrong("an integer")),
        }
    }

    /// The next column as an integer of a narrower type; a figure out of its range is an error.
    pub fn narrow<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        let value = self.integer()?;
        T::try_from(value).map_err(|_| self.wrong("an integer in range"))
    }

    /// The next column as an integer or nothing.
    pub fn integer_or_null(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next() {
            Some(Value::Integer(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong("an integer or null")),
        }
    }

    /// The next column as a narrower integer or nothing.
    pub fn narrow_or_null<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, StoreError> {
        match self.integer_or_null()? {
            None => Ok(None),
            Some(value) => T::try_from(value).map(Some).map_err(|_| self.wrong("an integer in range")),
        }
    }

    /// The next column as text.
    pub fn text(&mut self) -> Result<String, StoreError> {
        match self.next() {
            Some(Value::Text(value)) => Ok(value),
            _ => Err(self.wrong("text")),
        }
    }

    /// The next column as text or nothing.
    pub fn text_or_null(&mut self) -> Result<Option<String>, StoreError> {
        match self.next() {
            Some(Value::Text(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong("text or null")),
        }
    }

    /// The next column, one of the names, as what it stands for.
    pub fn named<T: Copy>(&mut self, names: &[(&'static str, T)]) -> Result<T, StoreError> {
        let name = self.text()?;
        domain::name::meaning(names, &name).ok_or_else(|| self.wrong("one of the names of its kind"))
    }

    /// The next column as bytes.
    pub fn blob(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.next() {
            Some(Value::Blob(value)) => Ok(value),
            _ => Err(self.wrong("a blob")),
        }
    }

    /// The next column, 0 or 1.
    pub fn flag(&mut self) -> Result<bool, StoreError> {
        match self.next() {
            Some(Value::Integer(0)) => Ok(false),
            Some(Value::Integer(1)) => Ok(true),
            _ => Err(self.wrong("0 or 1")),
        }
    }
}
