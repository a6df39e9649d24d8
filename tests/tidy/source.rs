//! The repository's files.

use std::path::Path;

/// A text file of the repository.
pub struct File {
    /// Path below the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Every text file whose name ends in `.extension`, in order of paths.
pub fn files(extension: &str) -> Vec<File> {
    let mut found = Vec::new();
    walk(&tests::root(), &tests::root(), extension, &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "no .{extension} file below {}", tests::root().display());
    found
}

fn walk(root: &Path, dir: &Path, extension: &str, found: &mut Vec<File>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        // What is built or hidden is not ours to judge.
        if name == "target" || name == "node_modules" || name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            // Somebody may be renaming it at this moment.
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(File { path, text });
        }
    }
}

impl File {
    /// True below one of these folders.
    pub fn is_in(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }
}
