//! One file, whole at once: written beside its place, then renamed into it.

use std::io::Write;
use std::path::Path;

use super::error::StoreError;

/// Writes a file so that a reader, or a restart after a crash at any instant, sees the old file or
/// the whole new one.
///
/// # Errors
/// [`StoreError`] when the file cannot be written; the old one is then still there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(StoreError::on("make the folder", folder))?;
    // In the same folder: a rename across file systems is a copy, and a copy is not atomic.
    let mut file = tempfile::Builder::new()
        .prefix(".writing-")
        .tempfile_in(folder)
        .map_err(StoreError::on("write in", folder))?;
    file.write_all(bytes).map_err(StoreError::on("write", path))?;
    file.as_file().sync_all().map_err(StoreError::on("write", path))?;
    let file = file.persist(path).map_err(|error| error.error);
    let file = file.map_err(StoreError::on("write", path))?;
    open_to_all(&file).map_err(StoreError::on("set the mode of", path))
}

/// Temporary files are private; results are as readable as any other new file would be.
#[cfg(unix)]
fn open_to_all(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_all(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
