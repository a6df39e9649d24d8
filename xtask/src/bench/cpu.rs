//! Processor time of a process: steadier than the clock where others use the machine too.

use std::time::Duration;

/// Processor time of the living threads of a process so far; with a name, of the threads that are called so.
///
/// Zero where the kernel does not tell.
pub fn used(pid: u32, threads: Option<&str>) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task"));
    let of_task = |task: std::fs::DirEntry| {
        let read = |file: &str| std::fs::read_to_string(task.path().join(file)).unwrap_or_default();
        if threads.is_some_and(|name| read("comm").trim() != name) {
            return 0;
        }
        read("schedstat").split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok()).unwrap_or(0)
    };
    Duration::from_nanos(tasks.into_iter().flatten().flatten().map(of_task).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_works_uses_time_and_a_thread_of_no_name_none() {
        let own = std::process::id();
        let before = used(own, None);
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_millis(30) {
            std::hint::black_box(began);
        }
        assert!(!cfg!(target_os = "linux") || used(own, None) > before);
        assert_eq!(used(own, Some("nobody is called so")), Duration::ZERO);
    }
}
