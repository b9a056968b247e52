//! What SQLite says, in the words of [`StoreError`].

use crate::port::store::StoreError;
use rusqlite::{Error, ErrorCode, ffi::SQLITE_IOERR_WRITE};
use std::{path::Path, sync::Arc};

/// An error of SQLite about the database at `path`.
pub(super) fn of(path: &Path, error: Error) -> StoreError {
    let (path, detail) = (path.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::InUse { path },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, detail },
        Some(ErrorCode::DiskFull) => StoreError::Full { path, detail },
        // A quota or a limit on the size of files is told so, and not as a full disk.
        Some(_) if error.sqlite_error().is_some_and(|e| e.extended_code == SQLITE_IOERR_WRITE) => {
            StoreError::Full { path, detail }
        }
        // A read-only directory or file system, and what is no plain file, are told so too.
        Some(
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure,
        ) => StoreError::ReadOnly { path, detail },
        _ if is_misread(&error) => StoreError::Damaged { path, detail },
        _ => StoreError::Other(Arc::new(error)),
    }
}

/// True if a row was read and is not what it should be.
const fn is_misread(error: &Error) -> bool {
    matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
    )
}

/// True if a unique set or a primary key clashed.
pub(super) fn is_clash(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
